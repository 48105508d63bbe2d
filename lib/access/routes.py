"""The pages in front of the application: sign in, change the password, sign out, language.

They are plain server-rendered forms: they work before any script, under a strict content policy,
and a stranger who sees them costs the application nothing.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lib.access import demonstration, sessions, sign_in
from lib.access.gate import client_address, cookie_name, same_origin, token_in
from lib.errors import BadInput
from lib.health import readiness
from lib.i18n import DEFAULT, LANGUAGES, _, speaking
from lib.settings import settings

HERE = Path(__file__).parent
ASSETS = {path.name: path for path in (HERE / "assets").iterdir()}
LANGUAGE_COOKIE = "grid-language"
FORM_AT_MOST = 8 * 1024  # bytes; two fields and a name

_pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
_pages.globals["_"] = _


def language_of(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE, DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def safe_next(address: str) -> str:
    """A path of this application and nothing else; otherwise the first page."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\", "/auth/"))
    if not plain or any(ord(c) < 32 for c in address) or "\\" in address:
        return "/"
    # Nothing that begins with one stroke has a host; asked all the same, in case one is ever found.
    parts = urlsplit(address)
    return "/" if parts.scheme or parts.netloc else address


def front_page(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    """A page in the language of whoever asks; `next` is where it leads on to."""
    lang = language_of(request)
    with speaking(lang):
        words = _pages.get_template(name).render(
            language=lang,
            languages=LANGUAGES,
            **{"next": safe_next(request.query_params.get("next", "/")), "here": request.url.path, **values},
        )
    return HTMLResponse(words, status, headers={"cache-control": "no-store"})


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form from our own page."""
    if request.headers.get("origin") is not None and not same_origin(request.scope):
        raise HTTPException(403)
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise HTTPException(411)
    if int(length) > FORM_AT_MOST:
        raise HTTPException(413)
    fields = await request.form(max_files=0, max_fields=8)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


async def show_sign_in(request: Request) -> Response:
    if await asyncio.to_thread(sessions.identify, token_in(request.scope)):
        return RedirectResponse(safe_next(request.query_params.get("next", "/")), 303)
    shown = await asyncio.to_thread(demonstration.shown_accounts)
    return front_page(request, "sign_in.html", demonstration=shown, username="", sentence="")


async def do_sign_in(request: Request) -> Response:
    fields = await _form(request)
    username, password = fields.get("username", ""), fields.get("password", "")
    with speaking(language_of(request)):
        answer = await asyncio.to_thread(
            sign_in.sign_in,
            username,
            password,
            address=client_address(request.scope),
            browser=request.headers.get("user-agent", ""),
            language=language_of(request) if LANGUAGE_COOKIE in request.cookies else None,
        )
    if isinstance(answer, sign_in.Refused):
        shown = await asyncio.to_thread(demonstration.shown_accounts)
        return front_page(
            request, "sign_in.html", 401, demonstration=shown, username=username, sentence=answer.sentence
        )
    goal = safe_next(request.query_params.get("next", "/"))
    if answer.must_change_password:
        goal = f"/auth/password?{urlencode({'next': goal})}"
    response = RedirectResponse(goal, 303)
    _set_cookie(response, answer.token)
    return response


def _set_cookie(response: Response, token: str) -> None:
    given = settings()
    response.set_cookie(
        cookie_name(given),
        token,
        max_age=given.session_hours * 3600,
        path="/",
        httponly=True,
        secure=not given.plain_http,
        samesite="strict",
    )


async def do_sign_out(request: Request) -> Response:
    await _form(request)
    await asyncio.to_thread(sign_in.sign_out, token_in(request.scope))
    response = RedirectResponse("/auth/sign-in", 303, headers={"clear-site-data": '"cache", "storage"'})
    given = settings()
    response.delete_cookie(
        cookie_name(given), path="/", httponly=True, secure=not given.plain_http, samesite="strict"
    )
    return response


async def show_password(request: Request) -> Response:
    identity = request.scope["grid_identity"]
    return front_page(request, "password.html", first=identity.must_change_password, sentence="")


async def do_password(request: Request) -> Response:
    fields = await _form(request)
    identity = request.scope["grid_identity"]
    viewer = await asyncio.to_thread(sessions.viewer_for, identity.token_hash)
    sentence = ""
    with speaking(language_of(request)):
        if viewer is None:
            return RedirectResponse("/auth/sign-in", 303)
        if fields.get("new", "") != fields.get("again", ""):
            sentence = _("两次输入的新密码不一样，请重新输入。")
        else:
            try:
                refused = await asyncio.to_thread(
                    sign_in.change_own_password, viewer, fields.get("current", ""), fields.get("new", "")
                )
                sentence = refused.sentence if refused else ""
            except BadInput as problem:
                sentence = problem.sentence
    if sentence:
        return front_page(
            request, "password.html", 422, first=identity.must_change_password, sentence=sentence
        )
    return RedirectResponse(safe_next(request.query_params.get("next", "/")), 303)


async def not_found(request: Request) -> Response:
    return front_page(request, "not_found.html", 404)


async def set_language(request: Request) -> Response:
    chosen = request.query_params.get("to", DEFAULT)
    back = request.query_params.get("next", "/")
    from_form = request.query_params.get("from", "")
    goal = safe_next(back)
    if from_form in ("/auth/sign-in", "/auth/password"):
        goal = f"{from_form}?{urlencode({'next': goal})}"
    response = RedirectResponse(goal, 303)
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 86400, httponly=True, samesite="lax")
    return response


async def state(request: Request) -> Response:
    """Asked by the watcher: 204 while the session counts, 401 when it does not. No use of it."""
    return Response(status_code=204 if request.scope.get("grid_identity") else 401)


async def asset(request: Request) -> Response:
    path = ASSETS.get(request.path_params["name"])
    if path is None:
        return PlainTextResponse("not found", 404)
    return FileResponse(path, headers={"cache-control": "public, max-age=3600"})


async def health(request: Request) -> Response:
    """For the supervisor of the service: the database answers and has the right shape."""
    sentence = await asyncio.to_thread(readiness)
    return PlainTextResponse(sentence or "ready", 503 if sentence else 200)


ROUTES = [
    Route("/auth/sign-in", show_sign_in, methods=["GET"]),
    Route("/auth/sign-in", do_sign_in, methods=["POST"]),
    Route("/auth/sign-out", do_sign_out, methods=["POST"]),
    Route("/auth/password", show_password, methods=["GET"]),
    Route("/auth/password", do_password, methods=["POST"]),
    Route("/auth/not-found", not_found, methods=["GET"]),
    Route("/auth/language", set_language, methods=["GET"]),
    Route("/auth/state", state, methods=["GET"]),
    Route("/auth/assets/{name}", asset, methods=["GET"]),
    Route("/healthz", health, methods=["GET"]),
]
