"""A failed task: held while nobody touches it, and what each kind of edit makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.edits import Desk

BROKEN = """
words:
  title: Choose the words   # in small letters
  timeout: 1m
  retry: {limit: 0}
  prompt: |
    {% if previous %}echo '{{ previous.outcome }}' > before.txt{% endif %}
    echo hello > words.txt
    exit 3
loud:
  depends_on: [words]
  prompt: tr a-z A-Z < words.txt > LOUD.txt
"""
CHECKED = """
words:
  prompt: echo hello > words.txt
  checks:
    - {name: polite, run: grep -q please words.txt}
"""
HELD = {"words": "hold failed_unchanged", "loud": "hold upstream_failed"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def broken(desk: Desk) -> None:
    """Let the first task fail, so that the second has to wait."""
    desk.tasks(BROKEN)
    done = desk.apply()
    assert (done.code, done.began) == (1, ("words#1",))


def test_nothing_edited_is_held_and_spends_nothing(desk: Desk) -> None:
    broken(desk)
    assert desk.diff("failed-untouched") == HELD
    before = desk.bytes()
    done = desk.apply()
    assert (done.code, done.began) == (1, ())
    assert desk.bytes() == before
    granted = desk.apply("--retry-failed")
    assert (granted.code, granted.began) == (1, ("words#2",))
    assert desk.outcome("words") == ("failed", "exit code 3", 2)
    assert desk.diff() == HELD


def test_a_grant_is_for_one_more_round_only(desk: Desk) -> None:
    broken(desk)
    code, said = desk.run("retry", "words", "--yes")
    assert code == 1, said
    assert desk.attempts() == {"words#1", "words#2"}
    assert desk.outcome("words") == ("failed", "exit code 3", 2)
    assert desk.diff() == HELD


def test_an_edited_prompt_gets_fresh_attempts_that_know_what_failed(desk: Desk) -> None:
    broken(desk)
    desk.edit("      exit 3\n", "")
    assert desk.diff("failed-prompt") == {
        "words": "retry failed_then_edited prompt_changed",
        "loud": "run new upstream_pending",
    }
    assert desk.good() == ("loud#1", "words#2")
    assert desk.outcome("words") == ("succeeded", "", 2)
    assert desk.show("words", "before.txt") == "failed"
    assert [one["status"] for one in desk.record("words")["attempts"]] == ["failed", "succeeded"]
    assert set(desk.diff().values()) == {"reuse"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("failed-timeout", "timeout: 1m", "timeout: 2m"),
        ("failed-retry", "retry: {limit: 0}", "retry: {limit: 0, delay: 1s}"),
        ("failed-budget", "tasks:", "budget: {per_task: 1.00 USD}\ntasks:"),
    ],
)
def test_an_edited_setting_gets_fresh_attempts(desk: Desk, name: str, old: str, new: str) -> None:
    broken(desk)
    desk.edit(old, new)
    planned = desk.diff(name)
    assert planned["words"].startswith("retry failed_then_edited")
    assert planned["loud"] == "run new upstream_pending"
    done = desk.apply()
    assert (done.code, done.began) == (1, ("words#2",))
    assert desk.outcome("words") == ("failed", "exit code 3", 2)
    assert desk.diff() == HELD


def test_edited_checks_are_asked_first_and_no_agent_starts(desk: Desk) -> None:
    desk.tasks(CHECKED)
    assert desk.apply().code == 1
    desk.edit("grep -q please", "grep -q hello")
    assert desk.diff("failed-checks") == {"words": "verify checks_changed"}
    assert desk.good() == ("words#2v",)
    assert desk.outcome("words")[0] == "succeeded"
    assert len(desk.record("words")["attempts"]) == 1
    assert desk.diff() == {"words": "reuse"}


def test_the_agent_starts_again_only_where_the_edited_checks_are_still_red(desk: Desk) -> None:
    desk.tasks(CHECKED)
    assert desk.apply().code == 1
    desk.edit("grep -q please", "grep -q thanks")
    assert desk.diff()["words"] == "verify checks_changed"
    done = desk.apply()
    assert (done.code, done.began) == (1, ("words#2v", "words#3"))
    assert desk.diff() == {"words": "hold failed_unchanged"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# in small letters", "# in any letters"),
        ("title: Choose the words", "title: Choose other words\n    description: Any words"),
        ("timeout: 1m\n    retry: {limit: 0}", "'retry':\n        limit: 0\n    timeout: \"60s\""),
        ("tasks:", "max_workers: 3\ntasks:"),
    ],
)
def test_what_matters_to_nobody_leaves_it_held(desk: Desk, old: str, new: str) -> None:
    broken(desk)
    desk.edit(old, new)
    assert desk.diff() == HELD
    done = desk.apply()
    assert (done.code, done.began) == (1, ())


def test_a_comment_changes_nothing_in_the_diff(desk: Desk) -> None:
    broken(desk)
    desk.edit("# in small letters", "# in any letters")
    assert desk.diff("failed-comment") == HELD


def test_what_the_machine_broke_is_tried_again_without_an_edit(desk: Desk) -> None:
    desk.tasks(BROKEN.replace("exit 3", "true"), head="agent: odd\n")
    desk.edit("agent: shell\n", "")
    desk.write("specrun.yaml", "version: 1\nagents:\n  odd: {argv: [odd], success: exit_code}\n")
    tool = desk.home / "odd"
    tool.write_text("#!/nowhere/at-all\n")
    tool.chmod(0o755)
    desk.env["PATH"] = f"{desk.home}:{desk.env['PATH']}"
    done = desk.apply()
    assert (done.code, done.began) == (1, ("words#1",))
    assert desk.outcome("words")[0] == "errored"
    assert desk.diff("errored") == {"words": "retry errored", "loud": "run new upstream_pending"}
    tool.write_text("#!/bin/sh\nexec sh -eu\n")
    assert desk.good() == ("loud#1", "words#2")


def test_what_was_done_by_hand_is_accepted_and_named_so(desk: Desk) -> None:
    broken(desk)
    desk.write("words.txt", "by hand\n")
    desk.commit()
    code, said = desk.run("accept", "words", "--reason", "I have written them myself")
    assert code == 0, said
    record = desk.record("words")
    assert (record["status"], record["accepted"]["reason"]) == ("accepted", "I have written them myself")
    assert desk.diff("accepted") == {"words": "reuse", "loud": "run new"}
    assert desk.good() == ("loud#1",)
    assert desk.show("loud", "LOUD.txt") == "BY HAND"
    assert set(desk.diff().values()) == {"reuse"}


def test_what_a_failed_attempt_has_left_can_be_accepted(desk: Desk) -> None:
    broken(desk)
    code, said = desk.run("accept", "words", "--attempt", "1", "--reason", "good enough")
    assert code == 0, said
    assert desk.good() == ("loud#1",)
    assert desk.show("loud", "LOUD.txt") == "HELLO"
    assert set(desk.diff().values()) == {"reuse"}
