"""Waits between attempts, and which ends belong to an earlier apply."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.retry import LONGEST, answers, ended_before, pause, tries
from specrun.core.task import Retry, RetryOn
from specrun.core.world import AttemptRecord, Phase, Run, Status
from tests.core.make import NOW, attempt, desired, prints, run, task, world

PRINT = prints(desired(task("a")))[task("a").id]


def test_pauses_grow_by_the_factor_up_to_the_maximum() -> None:
    patient = task("a", retry=Retry(limit=5, delay=2.0, factor=3.0, max_delay=10.0))
    assert [pause(patient, used) for used in (1, 2, 3)] == [2.0, 6.0, 10.0]
    assert pause(task("a", retry=Retry(delay=4.0)), 3) == 4.0
    steep = Retry(delay=1.0, factor=1000.0)
    assert pause(task("a", retry=steep), 500) == LONGEST
    assert pause(task("a", retry=replace(steep, max_delay=7.0)), 500) == 7.0


def test_ended_before_looks_at_records_and_at_attempts_that_never_started() -> None:
    old = run(PRINT, "a", Status.ERRORED)
    assert ended_before(old, world([old]))
    assert not ended_before(old, world([old], since=0.0))
    fenced_now = attempt("a", Phase.COLLECTED, created_at=NOW - 1)
    assert not ended_before(old, world([old], [fenced_now]))


SECONDS = st.floats(0, 1e9)


@given(SECONDS, st.floats(1, 1e6), st.none() | SECONDS, st.floats(0, 1), st.integers(1, 10_000))
def test_a_wait_is_the_same_whenever_asked_and_within_its_share(
    delay: float, factor: float, most: float | None, jitter: float, used: int
) -> None:
    even = task("a", retry=Retry(delay=delay, factor=factor, max_delay=most))
    shaky = replace(even, retry=replace(even.retry, jitter=jitter))
    plain, wait = pause(even, used), pause(shaky, used)
    assert wait == pause(shaky, used)
    assert plain * (1 - jitter) * 0.999 <= wait <= plain * (1 + jitter) * 1.001
    assert 0 <= wait <= (LONGEST if most is None else most)


def test_waits_of_different_tasks_and_attempts_differ() -> None:
    retry = Retry(delay=100.0, jitter=0.5)
    waits = [pause(task(name, retry=retry), used) for name in "abcdefgh" for used in range(1, 9)]
    assert len(set(waits)) == len(waits)
    assert min(waits) < 75
    assert max(waits) > 125


def history(*ends: tuple[int, int | None, Status]) -> Run:
    """A record whose attempts have these generations, rounds and ends."""
    latest = None
    for generation, number, status in ends:
        latest = run(PRINT, "a", status, before=latest, generation=generation, round=number)
    assert latest
    return latest


GOOD, BAD = Status.SUCCEEDED, Status.FAILED


@pytest.mark.parametrize(
    ("ends", "numbers"),
    [
        ([(1, None, BAD)], [1]),
        ([(1, None, BAD), (1, None, BAD)], [1, 2]),
        ([(1, None, BAD), (2, None, BAD)], [2]),
        ([(1, None, GOOD), (1, 1, BAD)], [2]),
        ([(1, None, BAD), (1, None, GOOD), (1, 1, BAD), (1, 1, BAD)], [3, 4]),
        ([(1, None, GOOD), (1, 1, GOOD), (1, 2, BAD)], [3]),
        # The first round of another judge, or one after the rounds were forgotten.
        ([(1, None, GOOD), (1, 1, BAD), (1, 1, GOOD), (1, 1, BAD)], [4]),
        ([(1, None, GOOD), (1, None, BAD)], [2]),
    ],
)
def test_attempts_count_since_the_edit_or_the_rework(
    ends: list[tuple[int, int | None, Status]], numbers: list[int]
) -> None:
    assert [one.number for one in tries(history(*ends))] == numbers


def test_no_attempt_counts_for_a_generation_that_began_with_checks() -> None:
    assert tries(replace(history((1, None, BAD)), generation=2)) == ()
    assert tries(replace(history((1, None, BAD)), attempts=())) == ()


@pytest.mark.parametrize(
    ("reason", "on"),
    [
        *((f"{word}: x", RetryOn.CHECK_FAILED) for word in ("check_failed", "outside_touches", "tool_moved")),
        *((word, RetryOn.CHECK_FAILED) for word in ("nothing_changed", "outputs_missing", "outputs_invalid")),
        *((f"{word}: x", RetryOn.CHECK_FAILED) for word in ("no_verdict", "foreign_verdict")),
        *((word, RetryOn.TIMEOUT) for word in ("timeout", "idle_timeout")),
        *((word, RetryOn.ERROR) for word in ("exit code 1", "", "log_limit", "outputs")),
        *(
            (word, None)
            for word in ("budget", "merge_conflict", "merge_conflict: a", "verdict: no", "verdict")
        ),
    ],
)
def test_each_reason_is_answered_by_one_word_of_on(reason: str, on: RetryOn | None) -> None:
    ended: AttemptRecord = run(PRINT, "a", BAD, reason=reason).attempts[0]
    for word in RetryOn:
        assert answers(task("a", retry=Retry(on=frozenset({word}))), ended) == (word is on)
    assert not answers(task("a", retry=Retry(on=frozenset())), ended)
