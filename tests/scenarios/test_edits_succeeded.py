"""A task that succeeded: which edits run it again, how far that reaches, and what is never paid twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.edits import PAIR, Desk

CHECKED = """
words:
  prompt: echo hello > words.txt
  checks:
    - {name: there, run: test -s words.txt}
loud:
  depends_on: [words]
  prompt: tr a-z A-Z < words.txt > LOUD.txt
"""
COUNTED = """
words:
  outputs: {type: object, required: [count], properties: {count: {type: integer}}}
  prompt: |
    echo hello > words.txt
    echo '{"count": 1}' > "$SPECRUN_OUTPUT"
told:
  depends_on: {words: {carry: output}}
  prompt: echo {{ tasks.words.output.count }} > told.txt
after:
  depends_on: {words: {carry: none}}
  prompt: echo done > after.txt
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.tasks(PAIR)
    return made


def test_nothing_edited_does_nothing(desk: Desk) -> None:
    assert desk.diff("first") == {"words": "run new", "loud": "run new upstream_pending"}
    assert desk.good() == ("loud#1", "words#1")
    assert desk.diff("nothing") == {"words": "reuse", "loud": "reuse"}
    before = desk.bytes()
    assert desk.good() == ()
    assert desk.bytes() == before


def test_edited_work_runs_again_and_the_old_result_stays_in_history(desk: Desk) -> None:
    desk.good()
    first = desk.record("words")["commit"]
    desk.edit("echo hello", "echo goodbye")
    planned = {"words": "rerun prompt_changed", "loud": "deferred upstream_pending"}
    assert desk.diff("succeeded-prompt") == planned
    assert desk.good() == ("loud#2", "words#2")
    assert (desk.show("words", "words.txt"), desk.show("loud", "LOUD.txt")) == ("goodbye", "GOODBYE")
    record = desk.record("words")
    assert [one["generation"] for one in record["attempts"]] == [1, 2]
    assert desk.git("rev-parse", "refs/specrun/attempts/work/words/1") == first != record["commit"]
    assert set(desk.diff().values()) == {"reuse"}


def test_the_prompt_itself_is_shown_before_and_after(desk: Desk) -> None:
    desk.good()
    desk.edit("echo hello", "echo goodbye")
    assert desk.diff("succeeded-prompt-shown", "--prompt")["words"] == "rerun prompt_changed"


def test_a_template_is_named_where_it_was_edited(desk: Desk) -> None:
    desk.write("prompts/words.md.j2", "echo {{ with.what }} > words.txt\n# {{ vars.who }}\n")
    desk.tasks(
        PAIR.replace(
            "prompt: echo hello > words.txt", "template: prompts/words.md.j2\n  with: {what: hello}"
        ),
        head="vars: {who: world}\n",
    )
    desk.good()
    desk.write("prompts/words.md.j2", "echo {{ with.what }}, you > words.txt\n# {{ vars.who }}\n")
    assert desk.diff("succeeded-template")["words"].startswith("rerun template_changed")
    assert desk.good() == ("loud#2", "words#2")
    desk.edit("what: hello", "what: goodbye")
    assert "input_changed" in desk.diff("succeeded-with")["words"]
    desk.good()
    desk.edit("who: world", "who: everybody")
    assert desk.diff("succeeded-var")["words"].startswith("rerun var_changed")


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("env: {TONE: loud}", "env_changed"),
        ("touches: [words.txt]", "scope_changed"),
        ("outputs: {type: object}", "outputs_contract_changed"),
        ("workspace: none", "workspace_changed"),
    ],
)
def test_every_part_of_the_work_counts(desk: Desk, new: str, code: str) -> None:
    desk.good()
    desk.edit("words:\n", f"words:\n    {new}\n")
    assert desk.diff()["words"] == f"rerun {code}"


@pytest.mark.parametrize(
    "new",
    ["timeout: 2m", "retry: {limit: 2}", "log_limit: 1MB", "title: Words", "priority: 3"],
)
def test_settings_and_words_for_people_leave_a_success_alone(desk: Desk, new: str) -> None:
    desk.good()
    desk.edit("words:\n", f"words:\n    {new}\n")
    assert desk.diff() == {"words": "reuse", "loud": "reuse"}
    assert desk.good() == ()


def test_edited_checks_look_at_the_same_commit_again(desk: Desk) -> None:
    desk.tasks(CHECKED)
    desk.good()
    before = desk.record("words")["commit"]
    desk.edit("test -s words.txt", "grep -q hello words.txt")
    assert desk.diff("succeeded-checks") == {"words": "verify checks_changed", "loud": "reuse"}
    assert desk.good() == ("words#2v",)
    assert desk.record("words")["commit"] == before
    desk.edit("grep -q hello", "grep -q please")
    done = desk.apply()
    assert (done.code, done.began) == (1, ("words#3v",))
    # What builds on it stays as it is, and is said to be stale.
    assert desk.diff("succeeded-checks-red") == {"words": "hold failed_unchanged", "loud": "reuse"}


def test_where_the_upstream_hands_on_the_same_the_dependent_is_cut_off(desk: Desk) -> None:
    desk.good()
    desk.edit("echo hello", "printf 'hello\\n'")
    assert desk.diff("upstream-same")["loud"] == "deferred upstream_pending"
    done = desk.apply()
    assert (done.code, done.began) == (0, ("words#2",))
    assert "work/loud reused: its upstreams ran and nothing that it uses has changed" in done.said
    assert set(desk.diff().values()) == {"reuse"}


def test_where_it_hands_on_something_else_the_dependent_follows(desk: Desk) -> None:
    desk.good()
    desk.edit("echo hello", "echo goodbye")
    assert desk.apply("--only", "words").began == ("words#2",)
    assert desk.diff("upstream-other") == {"words": "reuse", "loud": "cascade upstream_output_changed"}
    assert desk.good() == ("loud#2",)


def test_only_what_an_edge_carries_can_make_a_dependent_follow(desk: Desk) -> None:
    desk.tasks(COUNTED)
    desk.good()
    desk.edit("echo hello", "echo goodbye")
    planned = {"words": "rerun prompt_changed", "told": "deferred upstream_pending", "after": "reuse"}
    assert desk.diff("edges") == planned
    assert desk.good() == ("words#2",)
    desk.edit('"count": 1', '"count": 2')
    assert desk.apply("--only", "words").began == ("words#3",)
    # Nobody has edited it: what it is told has become another.
    assert desk.diff("edges-output")["told"].startswith("cascade upstream_output_changed")
    assert desk.good() == ("told#2",)
    assert desk.show("told", "told.txt") == "2"


def test_set_back_to_its_last_success_nothing_runs(desk: Desk) -> None:
    desk.good()
    desk.edit("echo hello >", "exit 3 >")
    done = desk.apply()
    assert (done.code, done.began) == (1, ("words#2",))
    desk.edit("exit 3 >", "echo hello >")
    assert desk.diff("set-back") == {"words": "reuse", "loud": "reuse"}
    assert desk.good() == ()
    assert desk.outcome("words")[0] == "succeeded"
    assert desk.show("words", "words.txt") == "hello"


def test_another_token_runs_it_again_though_nothing_else_is_edited(desk: Desk) -> None:
    desk.good()
    desk.edit("words:\n", "words:\n    rerun: after the upgrade\n")
    assert desk.diff("rerun-token") == {"words": "rerun rerun_token", "loud": "deferred upstream_pending"}
    assert desk.good() == ("words#2",)
    assert set(desk.diff().values()) == {"reuse"}


def test_a_named_task_is_replaced_once(desk: Desk) -> None:
    desk.good()
    planned = desk.diff("replaced", "--replace", "words")
    assert planned == {"words": "rerun requested_replace", "loud": "deferred upstream_pending"}
    assert desk.good("--replace", "words") == ("words#2",)
    assert set(desk.diff().values()) == {"reuse"}


def test_a_selected_apply_says_what_it_left_out(desk: Desk) -> None:
    desk.good()
    desk.edit("echo hello", "echo goodbye")
    code, said = desk.run("diff", "--exclude", "loud", "--json")
    assert code == 0, said
    done = desk.apply("--exclude", "loud")
    assert done.began == ("words#2",)
    assert "loud" in done.said
    document = json.loads(said)
    assert "work/loud" in json.dumps(document["selection"])
