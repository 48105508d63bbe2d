"""Decides how a row is declared: column kinds, names of constraints, and who may see it.

Every table takes exactly one of the marks `InCenter`, `HandedDown` or `SystemOnly`.
`db/scope.py` reads the mark; a table without one is refused when the models load.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment, always aware and in UTC, to the second.

    Seconds, because the field's deadlines are in minutes at the finest, and because both
    databases then keep exactly the same value.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            from sqlalchemy.dialects.sqlite import DATETIME

            return dialect.type_descriptor(DATETIME(truncate_microseconds=True))  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC).replace(microsecond=0)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code_type(length: int) -> String:
    """Codes are text. On PostgreSQL they sort byte by byte, so that a prefix is an index range."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def word_type(words: type[enum.StrEnum], name: str) -> Enum:
    """One of a few words, kept as text and checked by the database."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant()}


class InCenter:
    """Work rises: a row is seen from its own center and from every center above."""

    center_code: Mapped[str]


class HandedDown:
    """Rules descend: a row holds for its center and all below, and is seen from above too.

    The column is `center_code`, or the one that the class names as `scope_column`.
    """


class SystemOnly:
    """Sessions, attempts, the deployment itself: never read with a person's eyes."""


class GivenToDepartment:
    """A row that a department sees only when it was given to that department."""

    department_id: Mapped[int | None]


class Versioned:
    """What people edit: a second writer of the same version is told, not overwritten."""

    version: Mapped[int] = mapped_column(default=1, nullable=False)
