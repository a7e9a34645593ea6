"""Holds the pictures of a terminal against what specrun shows in one."""

from __future__ import annotations

import shutil
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs/pictures"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("picture", str(ROOT / "scripts/picture"))
    spec = spec_from_loader("picture", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.tmux
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_the_pictures_show_what_specrun_shows(script: ModuleType) -> None:
    shown = {name: script.plain(screen) for name, screen in script.screens().items()}
    pictures = {path.stem: script.letters(path.read_text()) for path in PICTURES.glob("*.svg")}
    assert pictures == shown, "run .venv/bin/python scripts/picture"
    assert "specs/hello.yaml:8" in shown["diff"]
    # Two at work, one that waits, one that is done.
    assert shown["apply"].count(" running ") >= 2
    assert "2/2 workers" in shown["apply"]


def test_a_picture_says_what_the_screen_said_and_asks_no_other_host(script: ModuleType) -> None:
    screen = "\x1b[32m+ run\x1b[39m  a <b> & c\n\n   second   line"
    picture = script.drawn(screen, "a title")
    assert [line for line in script.letters(picture).split("\n") if line] == [
        "+ run  a <b> & c",
        "   second   line",
    ]
    for text in (picture, *(path.read_text() for path in PICTURES.glob("*.svg"))):
        assert "@font-face" not in text
        assert "url(http" not in text
        assert "monospace" in text


def test_what_differs_from_run_to_run_is_replaced(script: ModuleType) -> None:
    told = "2026-12-01T17:31:59Z words succeeded in 0.27s"
    assert script.steady(told) == "2026-11-21T09:00:00Z words succeeded in 0.01s"
    assert script.steady("loud \x1b[36mrunning\x1b[39m   7s") == "loud \x1b[36mrunning\x1b[39m   2s"
    assert script.steady("loud running  12s  0.71s") == "loud running   2s  0.01s"
