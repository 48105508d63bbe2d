"""The product with all its questions answered from memory after the first time: its own floor.

The gate, the identity and every declared query give back what they gave before, so that what is
left is what the same widgets cost with constant data.
"""

import sys
from contextlib import contextmanager
from pathlib import Path

import streamlit.runtime

ROOT = str(Path(__file__).parent.parent.parent.parent)
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

if not streamlit.runtime.exists():
    import importlib
    import os
    import pickle

    import streamlit as st
    from streamlit.web.server.starlette import starlette_app  # noqa: F401

    from lib.access import guard, sessions, work

    os.chdir(ROOT)
    folders = ("access", "centers", "grids", "cases", "metrics", "audit", "registers")
    for questions in sorted(path for one in folders for path in Path(ROOT, "lib", one).rglob("queries.py")):
        importlib.import_module(".".join(questions.relative_to(ROOT).with_suffix("").parts))
    importlib.import_module("lib.access.scope")

    def remembering(function):
        known = {}

        def answer(*args, **kwargs):
            try:
                key = pickle.dumps((args[1:] if args and not isinstance(args[0], str) else args, kwargs))
            except Exception:
                return function(*args, **kwargs)
            if key not in known:
                known[key] = function(*args, **kwargs)
            return known[key]

        return answer

    for name, declared in list(guard.DECLARED.items()):
        module_name, function_name = name.rsplit(".", 1)
        if not declared.changes:
            setattr(sys.modules[module_name], function_name, remembering(declared.function))
    for module, names in ((sessions, ("identify", "identify_hash", "viewer_for", "keep_alive")),):
        for each in names:
            setattr(module, each, remembering(getattr(module, each)))

    import lib.deployment

    standing = lib.deployment.standing
    known_standing = []

    def remembered_standing(session):
        if not known_standing:
            known_standing.append(standing(session))
        return known_standing[0]

    lib.deployment.standing = remembered_standing

    original = work.reading

    class LazySession:
        """Opens the database only when a question was not asked before."""

        def __init__(self, viewer):
            self.viewer, self.context, self.session = viewer, None, None

        def __getattr__(self, name):
            if self.session is None:
                self.context = original(self.viewer)
                self.session = self.context.__enter__()
            return getattr(self.session, name)

    @contextmanager
    def reading(viewer):
        session = LazySession(viewer)
        try:
            yield session
        finally:
            if session.context is not None:
                session.context.__exit__(None, None, None)

    work.reading = reading
    original_system = work.system_reading

    @contextmanager
    def system_reading():
        if known_standing:
            yield None
        else:
            with original_system() as session:
                yield session

    work.system_reading = system_reading

    from lib.access.routes import ROUTES
    from lib.ui.server import MIDDLEWARE, close_pages_folder, lifespan, on_script_error

    close_pages_folder()
    app = st.App(
        f"{ROOT}/Home.py",
        routes=ROUTES,
        middleware=MIDDLEWARE,
        lifespan=lifespan,
        on_script_error=on_script_error,
    )
