"""Conditions may stand in braces, and are told and compared on one line without them."""

from __future__ import annotations

import pytest

from specrun.core.task import Condition
from specrun.spec.conditions import canonical, expression, seen, worded


@pytest.mark.parametrize(
    ("written", "inside", "told"),
    [
        ("vars.a", "vars.a", "vars.a"),
        ("{{ vars.a }}", " vars.a ", "vars.a"),
        ("{{- vars.a -}}\n", " vars.a ", "vars.a"),
        ("\n  {{ vars.a\n  and\n  vars.b }}", "\n   vars.a\n  and\n  vars.b ", "vars.a and vars.b"),
        ("{{ a }} and {{ b }}", " a }} and {{ b ", "a }} and {{ b"),
        ("vars.a ==  'x  y'", "vars.a ==  'x  y'", "vars.a ==  'x  y'"),
        ("{{ -1 }}", " -1 ", "-1"),
    ],
)
def test_what_is_evaluated_and_what_is_told(written: str, inside: str, told: str) -> None:
    assert expression(written) == inside
    assert canonical(written) == told


@pytest.mark.parametrize("word", [True, False])
def test_words_need_nobody_to_decide_them(*, word: bool) -> None:
    assert seen(word, None) == Condition(text=str(word).lower(), met=word)


def test_what_was_found_out() -> None:
    answer = {"met": None, "values": "vars.a = \u202e1"}
    assert seen("{{ vars.a }}", answer) == Condition(text="vars.a", met=None, values="vars.a = \\u202e1")


@pytest.mark.parametrize(
    ("written", "code", "what", "told", "fix"),
    [
        ("yes", "E301", '"yes" is undefined', 'when: "yes" is undefined', "write true"),
        ("Never", "E301", "x", "when: x", "write false"),
        ("{{ a }} b {{ c }}", "E300", "x", "when: x", "write one expression without {{ }}"),
        ("a", "E303", "the prompt asks for too much: x", "when: it asks for too much: x", "mend"),
        ("a", "E306", "cannot be rendered: x", "when: it cannot be decided: x", "mend"),
    ],
)
def test_what_the_child_says_is_put_in_words_of_conditions(
    written: str, code: str, what: str, told: str, fix: str
) -> None:
    assert worded(written, {"code": code, "what": what, "fix": "mend"}) == (told, fix)
