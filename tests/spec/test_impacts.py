"""Every field has a class, and changing it moves the digest of just that class."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from specrun.core.fingerprint import fingerprint
from specrun.core.glob import matches
from specrun.core.impact import Impact
from specrun.core.task import Carry, Task
from specrun.core.world import Fingerprint
from specrun.spec.impacts import IMPACTS, kind_of
from specrun.spec.schema import SpecDoc
from specrun.spec.schema_settings import SettingsDoc
from tests.spec.corpus import loaded, make_repo, write
from tests.spec.every_field import FILES, VALUES, with_value


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from models(part)


def reachable() -> set[type[BaseModel]]:
    found, todo = set[type[BaseModel]](), list[type[BaseModel]]([SpecDoc, SettingsDoc])
    while todo:
        model = todo.pop()
        if model not in found:
            found.add(model)
            todo += [below for field in model.model_fields.values() for below in models(field.annotation)]
    return found


def fields() -> set[str]:
    return {
        f"{kind_of(model)}.{info.alias or name}"
        for model in reachable()
        for name, info in model.model_fields.items()
    }


def test_every_field_has_a_class() -> None:
    assert {kind_of(model) for model in reachable()} >= {"spec", "settings", "task", "model_rule", "denied"}
    assert fields() == set(IMPACTS)


def test_every_field_is_tried_out() -> None:
    assert fields() - set(VALUES) == set()


def taken(task: Task) -> Fingerprint:
    carried: dict[Any, str | None] = {
        edge.upstream: "x" for edge in task.edges if edge.carry is not Carry.NONE
    }
    reads = {path: entry for path, entry in FILES.items() if matches(task.reads, path)}
    return fingerprint(task, task.prompt, carried, reads)


def fingerprints(root: Path, sample: Mapping[str, Any]) -> dict[str, Fingerprint]:
    """Load a sample as it is, written as JSON, which is YAML too."""
    write(root, json.dumps(sample["spec"]))
    write(root, json.dumps(sample["settings"]), "specrun.yaml")
    return {task.name: taken(task) for task in loaded(root).desired.tasks.values()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_repo(tmp_path)
    (root / "web").mkdir()
    for name, text in {"wrap": "<{{ task.prompt }}>", "around": "({{ task.prompt }})", "other": "hi"}.items():
        write(root, text, f"prompts/{name}.j2")
    return root


@pytest.mark.parametrize("field", sorted(IMPACTS))
def test_a_change_moves_the_digest_of_its_class_alone(root: Path, field: str) -> None:
    before, after = (fingerprints(root, with_value(field, value)) for value in VALUES[field])
    moved = {
        impact
        for name in before.keys() & after.keys()
        for impact in (Impact.WORK, Impact.VERIFY, Impact.LIVE)
        if getattr(before[name], impact) != getattr(after[name], impact)
    }
    only = VALUES[field][0] == VALUES[field][1]
    assert moved == (set() if only or IMPACTS[field] is Impact.META else {IMPACTS[field]})
