"""Tests what is said of fields."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from specrun.core.impact import Impact
from specrun.core.task import Json
from specrun.report.fields import overview, reference, single, value
from specrun.report.handbook import text
from specrun.report.handbook_markdown import markdown


@dataclass(frozen=True)
class Key:
    name: str
    kind: str = "text"
    required: bool = False
    default: Json = None
    examples: tuple[Json, ...] = ()
    pattern: str = ""
    description: str = "What it means."
    impact: Impact = Impact.WORK
    holds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    name: str
    description: str
    places: tuple[str, ...]
    fields: tuple[Key, ...]


LIMIT = Key("limit", "whole number", default=0, examples=(2, 3), impact=Impact.LIVE)
RETRY = Key("retry", "retry", holds=("retry",), impact=Impact.LIVE)
NAME = Key("name", required=True, pattern="^[a-z]+$", examples=("auth",), impact=Impact.META)
PARTS = {
    "spec": Part("spec", "A whole spec.", ("",), (NAME, RETRY)),
    "retry": Part("retry", "When it is tried again.", ("retry", "tasks.ID.retry"), (LIMIT,)),
}


def test_the_reference_has_every_key_with_all_that_is_known() -> None:
    told = markdown(reference("Fields", PARTS))
    assert told.startswith("# Fields\n\nThe keys of a spec, ")
    assert "\n## retry\n\nWhen it is tried again.\n\nStands at `retry`, `tasks.ID.retry`.\n" in told
    limit = told.partition("### `retry.limit`\n")[2]
    assert limit == (
        "\nWhat it means.\n\n- value: whole number\n- default: `0`\n- examples: `2`, `3`\n"
        "- an edit: live: nothing that has succeeded runs again; what failed gets fresh attempts\n"
    )
    assert "- required: yes\n- example: `auth`\n- pattern: `^[a-z]+$`\n" in told
    assert "- keys: see retry\n" in told


def test_what_is_known_already_is_left_out() -> None:
    assert "## retry" not in markdown(reference("Fields", PARTS, {"retry"}))


def test_one_key_comes_with_the_keys_below_it() -> None:
    told = text(single("tasks.ID.retry", RETRY, [PARTS["retry"]], "task"))
    assert told.splitlines()[0] == "tasks.ID.retry"
    assert "What it means. (task)" in told
    assert "Keys of retry:\n  When it is tried again.\n  limit  What it means.\n" in told


def test_the_overview_has_a_line_for_each_key_and_says_how_to_ask_for_more() -> None:
    told = text(overview("Fields of a spec", "fields", PARTS["spec"]))
    assert "  name   Has to be there. What it means.\n  retry  What it means.\n" in told
    assert "`specrun help fields PATH`" in told
    turned = text(overview("Fields of a spec", "fields", Part("spec", "", ("",), (RETRY, NAME))))
    assert turned == told, "what has to be there comes first"


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("30m", "30m"),
        ("", '""'),
        ("true", '"true"'),
        ("12", '"12"'),
        ("a: b", '"a: b"'),
        ("*.py", '"*.py"'),
        ("ends:", '"ends:"'),
        (1.0, "1"),
        (0.5, "0.5"),
        (True, "true"),
        ([1, {"a": "ü"}], '[1, {"a": "ü"}]'),
    ],
)
def test_a_value_is_written_as_a_spec_would_have_it(told: Json, written: str) -> None:
    assert value(told) == written
