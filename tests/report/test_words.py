"""Tests the words for reasons, times, spans and money."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from specrun.core.change import Action, Reason, ReasonCode
from specrun.core.task import Edge, TaskId, When
from specrun.core.world import Status
from specrun.report.words import (
    brief,
    cost,
    count,
    ended,
    moment,
    money,
    reason,
    result,
    span,
    tokens,
    when,
    why,
)
from tests.report.values import NOW, decision, record, run, task, verdict


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_words(code: ReasonCode) -> None:
    assert reason(Reason(code))


def test_a_detail_is_told_and_harmless() -> None:
    assert reason(Reason(ReasonCode.INPUT_CHANGED, "with\x1b[31m")) == "input changed: with"
    assert reason(Reason(ReasonCode.UPSTREAM_PENDING, "api")) == "waits for api"
    assert reason(Reason(ReasonCode.SKIPPED, "api")) == "skipped because of api"
    assert (
        reason(Reason(ReasonCode.SKIPPED, "when: vars.a (vars.a = false)"))
        == "skipped by when: vars.a (vars.a = false)"
    )
    assert reason(Reason(ReasonCode.RENAMED, "demo/old")) == "renamed from demo/old"
    assert reason(Reason(ReasonCode.VAR_CHANGED, "vars.who")) == "variable changed: vars.who"
    edited = "its record was changed by somebody else than specrun"
    assert reason(Reason(ReasonCode.RESULT_EDITED, edited)) == edited


def test_codes_of_ends_are_told_in_words() -> None:
    assert ended("stop_requested") == "stopped by a person"
    assert ended("merge_conflict: a.py: both") == "merge conflict: a.py: both"
    assert ended("exit code 3") == "exit code 3"
    assert ended("401: Invalid API key") == "401: Invalid API key"
    assert [ended("budget"), ended("max_turns")] == ["its budget is used up", "too many turns"]
    assert reason(Reason(ReasonCode.CANCELLED, "stop_requested")) == "stopped by a person"
    assert reason(Reason(ReasonCode.FAILED_UNCHANGED, "log_limit")) == "failed, unchanged: log limit reached"


@pytest.mark.parametrize(
    ("status", "said", "why_", "told"),
    [
        (Status.SUCCEEDED, "made it", "", "made it"),
        (Status.FAILED, "oops", "exit code 3", "exit code 3: oops"),
        (Status.FAILED, "", "timeout", "timeout"),
        (Status.CANCELLED, "beat", "stop_requested", "stopped by a person: beat"),
        (Status.ERRORED, "no such file", "no such file", "no such file"),
        (Status.LOST, "last", "", "last"),
        (Status.FAILED, "bad key", "401: bad key", "401: bad key"),
        (Status.FAILED, "max_turns", "max_turns", "too many turns"),
    ],
)
def test_the_result_of_a_failure_begins_with_what_went_wrong(
    status: Status, said: str, why_: str, told: str
) -> None:
    assert result(run("s/a", status, summary=said, reason=why_)) == told


@pytest.mark.parametrize(
    ("why_", "told"),
    [
        ("check_failed: test, lint", "checks failed: test, lint"),
        ("outside_touches: a, b (+2 more)", "changed what `touches` does not name: a, b (+2 more)"),
        ("nothing_changed", "changed nothing of what `touches` names"),
        ("outputs_invalid: count is 'x'", "its output is not what `outputs` asks for: count is 'x'"),
        ("outputs_missing", "left no output, which `outputs` asks for"),
        ("outside_links: up", "left links that lead out of the tree: up"),
        ("tool_moved: pytest is gone", "a program of its checks has moved: pytest is gone"),
        ("no_verdict", "left no verdict"),
        ("foreign_verdict: maybe", "left a verdict that is not declared: maybe"),
    ],
)
def test_of_work_that_was_found_wanting_its_agents_words_say_nothing(why_: str, told: str) -> None:
    assert result(run("s/a", Status.FAILED, summary="All tests pass.", reason=why_)) == told


def test_a_judge_is_told_with_its_words() -> None:
    judge = replace(
        run("s/a", Status.FAILED, summary="no tests", reason="verdict: rejected"), verdict="rejected"
    )
    assert result(judge) == "verdict: rejected: no tests"
    assert result(replace(judge, reason="round 2 changed nothing")) == "round 2 changed nothing: no tests"
    good = replace(judge, status=Status.SUCCEEDED, reason="", verdict="appr\x1b[2Joved", carried=())
    assert result(good) == "[verdict: approved] no tests"
    rounds = (verdict("rejected"), verdict("rejected"))
    assert result(replace(judge, rounds=rounds[:1])) == "verdict: rejected: no tests"
    assert result(replace(judge, rounds=rounds)) == "verdict: rejected: [2 rounds] no tests"
    assert result(replace(good, rounds=rounds)) == "[2 rounds] [verdict: approved] no tests"


def test_what_stands_out_of_a_success_is_marked() -> None:
    same = replace(run("s/a"), carried=())
    assert result(same) == "[no change] done"
    assert result(replace(same, commit=None)) == "done"
    assert result(replace(same, carried=None)) == "done"
    moved = replace(run("s/a"), protected_changed=("Makefile", "con\x1b[2Jftest.py"), discarded=("x" * 90,))
    told = f"[protected, but changed: Makefile, conftest.py] [discarded: {'x' * 57}...] done"
    assert result(moved) == told


def test_a_failure_that_changed_nothing_is_not_marked_so() -> None:
    same = replace(run("s/a", Status.FAILED, summary="oops", reason="exit code 3"), carried=())
    assert result(same) == "exit code 3: oops"


def test_rework_and_checks_are_told() -> None:
    rework = Reason(ReasonCode.REWORK, "review says rejected, round 1 of 2")
    assert reason(rework) == "rework: review says rejected, round 1 of 2"
    assert reason(Reason(ReasonCode.PROVING, "attempt 3")) == "its checks run: attempt 3"
    held = Reason(ReasonCode.FAILED_UNCHANGED, "check_failed: lint")
    assert reason(held) == "failed, unchanged: checks failed: lint"


def test_why_of_a_decision_without_reasons() -> None:
    assert why(decision("s/a", Action.REUSE)) == "up to date"
    assert why(decision("s/a", Action.REUSE, stale=True)) == "stale: an upstream has not succeeded"


def test_when() -> None:
    waiting = decision(
        "s/a",
        Action.RUN,
        (ReasonCode.NEW, ""),
        (ReasonCode.UPSTREAM_PENDING, "b"),
        (ReasonCode.UPSTREAM_PENDING, "c"),
    )
    assert when(waiting, NOW) == "after b, c"
    assert when(decision("s/a", Action.RETRY, not_before=NOW + 30), NOW) == "in 30s"
    assert when(decision("s/a", Action.RUN, ready=True), NOW) == "now"
    assert when(decision("s/a", Action.RUN), NOW) == "when a worker is free"
    mourner = replace(task("s/a"), edges=(Edge(upstream=TaskId("s/c"), on=When.FAILED),))
    assert when(waiting, NOW, mourner) == "after b, if c fails"
    ended = ((ReasonCode.OUTDATED_WHILE_RUNNING, "attempt 1"), (ReasonCode.INCOMPLETE, ""))
    assert when(decision("s/a", Action.RERUN, *ended), NOW) == "after it is recorded"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-1, "0.00s"),
        (0.444, "0.44s"),
        (9.94, "9.9s"),
        (59.4, "59s"),
        (59.6, "1m 00s"),
        (3599, "59m 59s"),
        (7500, "2h 05m"),
    ],
)
def test_span(seconds: float, told: str) -> None:
    assert span(seconds) == told


def test_denials_stand_behind_what_went_wrong_and_before_what_was_said() -> None:
    denied = ("Bash: rm -rf x", "Write: \x1b[31m/etc/passwd", "Bash: " + "y" * 90)
    tried = replace(record(2), denials=denied)
    told = "[3 denied: Bash: rm -rf x; Write: /etc/passwd; Bash: yyyyyyyyyyyyyyy...]"
    assert result(run("s/a", Status.SUCCEEDED, record(1), tried, summary="made it")) == f"{told} made it"
    failed = run("s/a", Status.FAILED, tried, summary="oops", reason="max_turns")
    assert result(failed) == f"too many turns: {told} oops"
    earlier = run("s/a", Status.SUCCEEDED, tried, record(3), summary="made it")
    assert result(earlier) == "made it"


def test_a_long_reason_leaves_room_for_denials() -> None:
    tried = replace(record(1, Status.FAILED), denials=("Bash: rm",))
    told = result(run("s/a", Status.FAILED, tried, summary="", reason="x" * 300))
    assert told == "x" * 77 + "...: [1 denied: Bash: rm]"


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("0", "0.00 USD"),
        ("1.5", "1.50 USD"),
        ("0.125", "0.125 USD"),
        ("0.00123456", "0.0012 USD"),
        ("0.00001", "less than 0.0001 USD"),
        ("12.3456", "12.35 USD"),
    ],
)
def test_money_keeps_the_digits_of_small_amounts(amount: str, told: str) -> None:
    assert money(Decimal(amount)) == told


def test_the_cost_of_attempts_says_when_a_part_of_it_is_unknown() -> None:
    assert cost([]) == ""
    assert cost([Decimal("0.30"), Decimal("0.20")]) == "0.50 USD"
    assert cost([Decimal("0.30"), None]) == "0.30 USD + unknown"
    assert cost([None, None]) == "unknown"


def test_tokens() -> None:
    assert tokens({"input": 999, "output": 12}) == "999 tokens in, 12 out"
    assert tokens({"input": 10, "cache_read": 48_000, "cache_write": 2_340}) == "50.3k tokens in, 0 out"
    assert tokens({"input": 1_250_000, "output": 1_000}) == "1.2M tokens in, 1.0k out"
    assert brief({"input": 1_250_000, "output": 1_000}) == "1.2M tok"


def test_money_moment_count() -> None:
    assert money(None) == "unknown"
    assert money(Decimal("1.5")) == "1.50 USD"
    assert moment(NOW) == "2027-01-15T08:00:00Z"
    assert [count(1, "task"), count(2, "task")] == ["1 task", "2 tasks"]
