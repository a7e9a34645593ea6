"""What holds for a task is found at the level that says it, in the file where that stands."""

from __future__ import annotations

import pytest

from specrun.spec.compile import Setting
from specrun.spec.node import Node
from specrun.spec.parse import parse
from specrun.spec.places import File, Places, at
from specrun.spec.schema import SpecDoc
from specrun.spec.schema_settings import SettingsDoc
from specrun.spec.shape import data
from specrun.spec.text import read_text
from tests.spec.corpus import AGENTS

SPEC = "version: 1\nname: demo\nchecks: [a]\ndomains: {near: {checks: [b]}}\ntasks:\n"
SPEC += "  one: {prompt: x, checks: [c], domain: far}\n  two: {prompt: x, domain: near}\n"
SPEC += "  three: {prompt: x, domain: far}\n  four: {prompt: x, timeout: 1m}\n"
SETTINGS = "version: 1\nprotect: [p]\ndomains: {far: {checks: [d]}, near: {}}\n"


def file(name: str, source: str) -> File:
    text, _ = read_text(name, source.encode(), 10_000)
    node, _ = parse(text)
    assert node is not None
    return text, node


def plain(node: Node) -> object:
    return data(node, lambda _node, _odd: None)


@pytest.fixture
def places() -> Places:
    spec, settings = file("s", SPEC), file("r", SETTINGS)
    doc, above = SpecDoc.model_validate(plain(spec[1])), SettingsDoc.model_validate(plain(settings[1]))
    return Places(setting=Setting.of(doc, above, {}, AGENTS), spec=spec, settings=settings)


@pytest.mark.parametrize(
    ("task", "value", "where"),
    [("one", "c", "s:6:28"), ("two", "b", "s:4:26"), ("three", "d", "r:3:25"), ("four", "a", "s:3:9")],
)
def test_the_nearest_level_says_it(places: Places, task: str, value: str, where: str) -> None:
    found = places.written(task, "checks")
    assert found is not None
    assert found.level is not None
    assert found.level.checks == [value]
    assert str(found.problem("E000", "x", "y").where) == where
    assert found.own is (task == "one")


def test_a_level_of_the_settings(places: Places) -> None:
    found = places.written("one", "protect")
    assert found is not None
    assert (found.text.file, found.node.line) == ("r", 2)
    assert places.written("one", "retry") is None
    assert places.written("one", "permissions", "mode") is None


def test_a_task_itself(places: Places) -> None:
    here = places.task("four", "timeout")
    assert (str(here.problem("E000", "x", "y").where), here.own) == ("s:9:30", True)
    assert places.task("four", "nope").node == places.task("four").node
    assert here.at(places.spec[1]).node.line == 1


def test_the_nearest_place_above_what_is_not_there() -> None:
    _, root = file("f", "a: {b: x}\n")
    assert at(root, "a", "b").text() == "x"
    assert at(root, "a", "c") == root.get("a")
