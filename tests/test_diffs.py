"""Holds the diffs of the page about agents against what specrun says of the page's own spec."""

from __future__ import annotations

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("diffs", str(ROOT / "scripts/diffs"))
    spec = spec_from_loader("diffs", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def said(script: ModuleType) -> str:
    return str(script.diffs()).strip("\n")


def test_the_page_shows_what_specrun_says(script: ModuleType, said: str) -> None:
    text = script.PAGE.read_text()
    shown = text.partition(script.BEGIN)[2].partition(script.END)[0].strip("\n")
    assert shown == said, "run .venv/bin/python scripts/diffs"
    first, edited, fixed = re.findall(r"^```text\n(.*?)^```", said, re.DOTALL | re.MULTILINE)
    # What will run, why, on which line the cause stands, and what it may cost.
    assert re.search(
        r"^\+ run .*auth/docs .*never run, after api .*specs/auth\.yaml:\d+$", first, re.MULTILINE
    )
    assert re.search(r"^~ rerun .*auth/api .*prompt changed .*0\.61 USD", edited, re.MULTILINE)
    assert re.search(r"prompt: .*specs/auth\.yaml:\d+", edited)
    assert re.search(r"^! retry .*auth/api .*failed, then edited", fixed, re.MULTILINE)
    assert re.search(r"max_turns: 80 -> 160 \(specs/auth\.yaml:\d+\)", fixed)


def test_it_is_the_same_every_time(script: ModuleType, said: str) -> None:
    assert script.diffs().strip("\n") == said
