"""Tests that what the API answers cannot be changed by accident, and tells no more than it promises."""

from __future__ import annotations

import inspect
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path

import pytest

from specrun.api import calls, values
from tests.commands.conftest import Spec


def test_values_are_frozen_and_what_specrun_works_with_stays_inside(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    project = calls.load(repo)
    assert repr(project) == f"Project(root={project.root!r}, specs=('demo',), tasks=('demo/one',))"
    assert project == calls.load(repo)
    with pytest.raises(FrozenInstanceError):
        project.specs = ()  # type: ignore[misc]
    assert "document" not in repr(calls.plan(project))


def test_every_value_says_what_it_means() -> None:
    found = inspect.getmembers(values, is_dataclass)
    made = [(name, one) for name, one in found if one.__module__ == values.__name__]
    assert len(made) > 8
    for name, one in made:
        told = one.__doc__ or ""
        assert not told.startswith(f"{name}(")
        hidden = [field for field in fields(one) if field.name.startswith("_")]
        assert all(not field.repr and not field.compare for field in hidden)
