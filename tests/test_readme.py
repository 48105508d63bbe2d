"""README tells the truth: the files it names are there, and so are the settings and the commands."""

from __future__ import annotations

import re
from pathlib import Path

from lib.settings import read_settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_path_is_there():
    paths = re.findall(r"`((?:lib|db|pages|seed|tests|deploy)/[^\s`|…]*)`", README)
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert [path for path in pictures if not (ROOT / path).exists()] == []


def test_every_setting_is_explained_and_none_is_invented():
    names = set()

    class Asked(dict[str, str]):
        def get(self, name, default=None):
            names.add(name)
            return super().get(name, default)

    read_settings(Asked())
    assert set(re.findall(r"`((?:GRID_|DATABASE_)[A-Z_]+)`", README)) == names


def test_every_command_is_known():
    for module in set(re.findall(r"python -m ([a-z.]+)", README)):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
