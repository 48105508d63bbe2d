"""Collects the words on screen from the code and the templates: `python -m lib.i18n.extract`.

New words appear in the English catalogue without a translation, and a test fails until they have one.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from lib.i18n import CATALOGUES, DEFAULT, LANGUAGES

ROOT = Path(__file__).parent.parent.parent
SOURCES = [("lib/**.py", "python"), ("pages/**.py", "python"), ("lib/access/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "mark": None}


def collected() -> Catalog:
    """Every message with the places where it stands (files only, so that moved lines change nothing)."""
    catalog = Catalog(charset="utf-8")
    for folder in ("lib", "pages"):
        methods = [
            (pattern.removeprefix(f"{folder}/"), method)
            for pattern, method in SOURCES
            if pattern.startswith(f"{folder}/")
        ]
        found = extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS, comment_tags=())
        for name, _line, message, _comments, _context in found:
            assert isinstance(message, str), name
            catalog.add(message, locations=[(f"{folder}/{name}", 0)])
    return catalog


def update(name: str) -> None:
    path = CATALOGUES / name / "messages.po"
    words = collected()
    standing = Catalog(locale=name)
    if path.exists():
        with path.open("rb") as file:
            standing = read_po(file, locale=name)
    # What is no longer in the code goes; nothing is guessed from similar words.
    fresh = Catalog(locale=name, charset="utf-8", project="Grid command center", fuzzy=False)
    for message in words:
        if message.id:
            old = standing.get(message.id)
            fresh.add(message.id, old.string if old else "", locations=sorted(set(message.locations)))
    buffer = io.BytesIO()
    write_po(buffer, fresh, include_lineno=False, sort_output=True, omit_header=False, width=0)
    # The header's dates would change the file at every run.
    lines = [
        line
        for line in buffer.getvalue().decode().splitlines()
        if not line.startswith(('"POT-Creation', '"PO-Rev'))
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != DEFAULT:
            update(language)
