"""Tests what `import specrun` gives: the public names as promised, and nothing that nobody asked for."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import specrun

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "api" / "public.txt"


def told() -> Iterator[str]:
    """Every public name with its signature, or its fields and properties."""
    for name in sorted(set(specrun.__all__) - {"__version__"}):
        value = getattr(specrun, name)
        if not inspect.isclass(value):
            yield f"{name}{inspect.signature(value)}"
            continue
        yield f"class {name}({', '.join(one.__name__ for one in value.__bases__)})"
        if is_dataclass(value):
            shown = [one for one in fields(value) if not one.name.startswith("_")]
            yield from (f"    {one.name}: {one.type}" for one in shown)
        elif issubclass(value, dict):
            said = value.__annotations__.items()
            yield from (f"    {one}: {getattr(kind, '__forward_arg__', kind)}" for one, kind in said)
        getters = {one: kind.fget for one, kind in vars(value).items() if isinstance(kind, property)}
        yield from (f"    {one} -> {get.__annotations__['return']}" for one, get in getters.items())


def test_the_public_names_are_these() -> None:
    made = "".join(f"{line}\n" for line in told())
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(made)
    assert made == GOLDEN.read_text()


def test_programs_see_the_types_of_the_same_names() -> None:
    stub = ast.parse((ROOT / "specrun" / "__init__.pyi").read_text())
    typed = {
        (str(node.module), one.name)
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }
    assert typed == {(place, name) for name, place in specrun._PLACES.items()}  # type: ignore[attr-defined]
    (listed,) = (node.value for node in stub.body if isinstance(node, ast.Assign))
    assert sorted(ast.literal_eval(listed)) == sorted(specrun.__all__)


def test_what_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'specrun' has no attribute 'previewed'"):
        specrun.previewed  # type: ignore[attr-defined]  # noqa: B018 - asking is the test
    assert dir(specrun) == sorted(specrun.__all__)


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    script = """
import sys
before = set(sys.modules)
import specrun
assert set(sys.modules) - before == {"specrun"}, set(sys.modules) - before
from specrun import Locked
assert "specrun.api.calls" not in sys.modules
from specrun import load, wiring
assert callable(load) and wiring.Project
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
