"""What pydantic says comes out in our words."""

from __future__ import annotations

import pytest

from specrun.spec.complaint import Complaint, found, unknown_key, worded
from specrun.spec.fields import MAPPING_FORM
from specrun.spec.node import Node
from specrun.spec.schema import SpecDoc
from specrun.spec.units import MONEY


@pytest.mark.parametrize(
    ("name", "code", "fix"),
    [
        ("promt", "E200", 'did you mean "prompt"?'),
        ("needs", "E200", 'did you mean "depends_on"?'),
        ("matrix", "E210", "remove it"),
        ("agents", "E200", "move it there"),
        ("project", "E200", "move it there"),
        ("touches", "E200", "move it there"),
        ("budget", "E210", "write `budget: {per_task: …}` at spec level"),
        ("xyzzy", "E200", "remove it, or use one of: depends_on, prompt"),
    ],
)
def test_unknown_keys(name: str, code: str, fix: str) -> None:
    answer = unknown_key(name, ("prompt", "depends_on"))
    assert (answer[0], answer[3]) == (code, fix)


@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        ("5", "E207", "write 5 USD"),
        ("$2.50", "E207", "write 2.50 USD"),
        ("5.00 EUR", "E207", "convert it and write 2.50 USD"),
        ("-1 USD", "E115", "write 2.50 USD"),
        ("nan", "E115", "write 2.50 USD"),
        ("lots", "E207", "write 2.50 USD"),
    ],
)
def test_money(text: str, code: str, fix: str) -> None:
    complaint = Complaint(
        path=("budget", "limit"), kind="string_pattern_mismatch", field="limit", context={"pattern": MONEY}
    )
    answer = worded(complaint, Node(text, 1, 1))
    assert (answer[0], answer[3]) == (code, fix)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Node("", 1, 1), "nothing"),
        (Node("3", 1, 1), "the number 3"),
        (Node("true", 1, 1), "the word true"),
        (Node("3", 1, 1, '"'), '"3"'),
        (Node("0x1", 1, 1), '"0x1"'),
        (Node([], 1, 1), "a list"),
        (Node({}, 1, 1), "a mapping"),
    ],
)
def test_what_was_found(node: Node, words: str) -> None:
    assert found(node) == words


def test_a_kind_of_complaint_nobody_foresaw_still_has_words() -> None:
    complaint = Complaint(path=("labels",), kind="brand_new", field="labels")
    assert worded(complaint, Node([], 1, 1))[0] == "E202"


def test_the_form_of_a_value_is_no_part_of_its_path() -> None:
    error = {"loc": ("checks", 0, MAPPING_FORM, "run"), "type": "missing"}
    complaint = Complaint.of(error, SpecDoc)
    assert (complaint.path, complaint.owner) == (("checks", 0), "the check")
    neither = Complaint.of({"loc": ("checks", 0, MAPPING_FORM), "type": "model_type"}, SpecDoc)
    assert (
        worded(neither, Node("3", 1, 1))[1] == "each of checks must be text or a mapping, found the number 3"
    )


def test_an_empty_item_is_told_as_one() -> None:
    for path, what in ((("checks", 0), "an item of checks is empty"), (("title",), "title is empty")):
        complaint = Complaint(path=path, kind="string_too_short", field=str(path[-1]))
        assert worded(complaint, Node("", 1, 1, '"'))[1] == what
