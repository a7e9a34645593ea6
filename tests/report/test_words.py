"""Tests the words for reasons, times, spans and money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from specrun.core.change import Action, Reason, ReasonCode
from specrun.core.world import Status
from specrun.report.words import count, ended, moment, money, reason, result, span, when, why
from tests.report.values import NOW, decision, run


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_words(code: ReasonCode) -> None:
    assert reason(Reason(code))


def test_a_detail_is_told_and_harmless() -> None:
    assert reason(Reason(ReasonCode.INPUT_CHANGED, "with\x1b[31m")) == "input changed: with"
    assert reason(Reason(ReasonCode.UPSTREAM_PENDING, "api")) == "waits for api"
    assert reason(Reason(ReasonCode.SKIPPED, "api")) == "skipped because of api"


def test_codes_of_ends_are_told_in_words() -> None:
    assert ended("stop_requested") == "stopped by a person"
    assert ended("merge_conflict: a.py: both") == "merge conflict: a.py: both"
    assert ended("exit code 3") == "exit code 3"
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
    ],
)
def test_the_result_of_a_failure_begins_with_what_went_wrong(
    status: Status, said: str, why_: str, told: str
) -> None:
    assert result(run("s/a", status, summary=said, reason=why_)) == told


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


def test_money_moment_count() -> None:
    assert money(None) == "unknown"
    assert money(Decimal("1.5")) == "1.50 USD"
    assert moment(NOW) == "2027-01-15T08:00:00Z"
    assert [count(1, "task"), count(2, "task")] == ["1 task", "2 tasks"]
