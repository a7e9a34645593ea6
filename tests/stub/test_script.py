"""Checks which script and which step a conversation gets."""

from __future__ import annotations

import json

import pytest

from tests.stub.conversation import Turn
from tests.stub.script import Rule, Step, due, written

ONE: list[Step] = [{"bash": "x"}, {"text": "end"}]


def user(*steps: Step) -> Turn:
    return Turn("user", f"Go <<stub {json.dumps(steps)}>>")


CALL = (Turn("call", ""), Turn("other", ""))


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("nothing", []),
        ('<<stub [{"text": "a"}]>> and <<stub [{"text": "b"}]>>', [[{"text": "a"}], [{"text": "b"}]]),
        ('<<stub {"steps": [{"text": "a"}]}>>', [[{"text": "a"}]]),
        ('<<stub [{"bash": "echo \'<<stub [1]>>\'"}]>>', [[{"bash": "echo '<<stub [1]>>'"}]]),
        ('"Go <<stub [{\\"text\\": \\"a\\"}]>>"', [[{"text": "a"}]]),
    ],
    ids=["none", "two", "with steps", "one in another's string", "backslashes before quotes"],
)
def test_scripts_are_found_in_a_prompt(text: str, scripts: list[list[Step]]) -> None:
    assert written(text) == scripts


def test_a_broken_script_says_so_in_the_answer() -> None:
    ((step,),) = written('<<stub [{"text": }]>>')
    assert "not JSON" in step["text"]


@pytest.mark.parametrize(
    ("turns", "step"),
    [
        ([user(*ONE)], {"bash": "x"}),
        ([user(*ONE), *CALL], {"text": "end"}),
        ([user(*ONE), *CALL, *CALL, *CALL], {"text": "end"}),
        ([user({"bash": "x"}), *CALL], {"text": "stub: the script has ended"}),
        ([user(*ONE), *CALL, Turn("other", "end"), user({"bash": "y"}, {"text": "b"})], {"bash": "y"}),
        ([Turn("user", f"{user({'text': 'a'}).text} {user({'text': 'b'}).text}")], {"text": "b"}),
        ([user({"text": "a"}), Turn("user", "a reminder without a script")], {"text": "a"}),
        ([Turn("user", "by rule")], {"text": "ruled"}),
        ([Turn("user", "by rule"), *CALL, user({"text": "b"})], {"text": "b"}),
        ([Turn("other", 'Not this: <<stub [{"text": "s"}]>>'), Turn("user", "Go")], {"text": "stub reply"}),
        ([], {"text": "stub reply"}),
    ],
    ids=[
        "the first step",
        "the next after tools",
        "past the end the last one without tools",
        "past the end of nothing but tools",
        "the newest prompt with a script",
        "the last script of a prompt",
        "a later prompt without one changes nothing",
        "by a rule",
        "a script before a rule",
        "only prompts have scripts",
        "an empty conversation",
    ],
)
def test_a_conversation_gets_its_step(turns: list[Turn], step: Step) -> None:
    rules: list[Rule] = [{"match": "by r.le", "steps": [{"text": "ruled"}]}]
    assert due(turns, rules).step == step
