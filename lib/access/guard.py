"""Every question and every action says here which permission it takes; nothing else is public.

`@query` and `@command` check the permission before the body runs, whoever calls and from where.
A function of a `queries.py` or `commands.py` without one of them fails the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from db.scope import ScopedSession
from lib.access.permissions import Permission
from lib.access.viewer import Viewer
from lib.errors import NotAllowed
from lib.i18n import mark

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Declared:
    """What the tests need to know of a public function."""

    function: Callable[..., Any]
    permission: Permission
    changes: bool


DECLARED: dict[str, Declared] = {}


def viewer_of(session: ScopedSession) -> Viewer:
    """Who is asking. Raises NotAllowed when the session was opened for nobody."""
    viewer = session.info.get("viewer")
    if not isinstance(viewer, Viewer) or viewer.scope != session.scope:
        raise NotAllowed(mark("会话无效，请重新登录。"))
    return viewer


class Check(Protocol):
    """Keeps a function's signature; its first argument is the session that says who asks."""

    def __call__(
        self, function: Callable[Concatenate[ScopedSession, Arguments], Answer], /
    ) -> Callable[Concatenate[ScopedSession, Arguments], Answer]: ...


def query(permission: Permission) -> Check:
    """A question. It reads and never writes."""
    return _declare(permission, changes=False)


def command(permission: Permission) -> Check:
    """An action. It checks, changes, and writes its history, all in the caller's transaction."""
    return _declare(permission, changes=True)


def _declare(permission: Permission, *, changes: bool) -> Check:
    def decorate(
        function: Callable[Concatenate[ScopedSession, Arguments], Answer], /
    ) -> Callable[Concatenate[ScopedSession, Arguments], Answer]:
        @wraps(function)
        def checked(session: ScopedSession, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            viewer_of(session).must(permission)
            return function(session, *args, **kwargs)

        DECLARED[f"{function.__module__}.{function.__name__}"] = Declared(checked, permission, changes)
        return checked

    return decorate
