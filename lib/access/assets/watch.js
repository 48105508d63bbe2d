// When the session ends, the open page goes to the sign-in page and comes back to the same place.
// The server closes the page's socket with 4401 at once; a look every minute covers a sleeping tab.
(() => {
  const ENDED = 4401;
  const leave = () => {
    const here = location.pathname + location.search;
    location.replace("/auth/sign-in?next=" + encodeURIComponent(here));
  };
  const look = async () => {
    try {
      const answer = await fetch("/auth/state", { cache: "no-store", credentials: "same-origin" });
      if (answer.status === 401) leave();
    } catch {
      // The network is away; the page itself says so and tries again.
    }
  };
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...args) {
      super(...args);
      this.addEventListener("close", (event) => (event.code === ENDED ? leave() : look()));
    }
  };
  setInterval(look, 60000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
})();
