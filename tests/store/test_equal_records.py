"""Tests which records count as equal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from specrun.core.evidence import CheckRecord
from specrun.core.task import Json
from specrun.core.world import Mark, Run, Status
from specrun.store.record_json import to_json
from specrun.store.records import equal_records
from tests.store.test_record_json import ATTEMPT, BROKEN, PASSED, ROUND, SUCCESS
from tests.store.test_record_json import RUN as RUN_

ACCEPTED, FROZEN = Mark(reason="Done by hand", by="Ada", at=1.0), Mark(reason="Wait", by="Ada", at=2.0)
RUN = replace(RUN_, accepted=ACCEPTED, frozen=FROZEN)


def document(run: Run = RUN, **changes: Json) -> Json:
    return {**to_json(run), **changes}


@pytest.mark.parametrize(
    "other",
    [
        document(replace(RUN, base="x", commit="y")),
        document(
            replace(RUN, attempts=(replace(ATTEMPT, number=9, started_at=1.0, ended_at=2.0), RUN.attempts[1]))
        ),
        document(replace(RUN, attempts=(replace(ATTEMPT, cost_usd=Decimal(9)), RUN.attempts[1]))),
        document(replace(RUN, attempts=(replace(ATTEMPT, tokens=None, turns=9), RUN.attempts[1]))),
        document(replace(RUN, attempts=(replace(ATTEMPT, session_id="other"), RUN.attempts[1]))),
        document(replace(RUN, last_success=replace(SUCCESS, base="x", commit="y"))),
        document(digest="z"),
        document(replace(RUN, accepted=replace(ACCEPTED, at=9.0), frozen=replace(FROZEN, at=9.0))),
        document(
            replace(RUN, last_success=replace(SUCCESS, accepted=replace(ACCEPTED, reason="Fine", at=9.0)))
        ),
    ],
    ids=[
        *("commits", "times and numbers", "costs", "amounts", "sessions", "commits of the last success"),
        *("digests", "times of marks", "and of the last success's"),
    ],
)
def test_equal_records(other: Json) -> None:
    assert equal_records(document(), other)


def later(check: CheckRecord) -> CheckRecord:
    return replace(check, seconds=9.0, commit="z", output_digest="z", tail="took longer")


def test_checks_are_equal_without_their_times_and_tails_wherever_they_stand() -> None:
    again = replace(
        RUN,
        checks=tuple(later(check) for check in RUN.checks),
        attempts=(ATTEMPT, replace(RUN.attempts[1], checks=(later(BROKEN),))),
        last_success=replace(SUCCESS, checks=(later(PASSED),)),
    )

    assert equal_records(document(), document(again))


def test_verdicts_are_equal_whichever_commit_and_attempt_they_were_about() -> None:
    again = replace(ROUND, target=replace(ROUND.target, commit="z", attempt=9))

    assert equal_records(document(), document(replace(RUN, rounds=(again,))))


def test_what_an_agent_hands_on_is_compared_whole() -> None:
    output: list[Json] = [{"checks": [{"seconds": number}], "commit": "c"} for number in (1, 2)]

    one, other = (document(replace(RUN, output=value)) for value in output)

    assert not equal_records(one, other)


@pytest.mark.parametrize(
    "other",
    [
        document(replace(RUN, status=Status.SUCCEEDED)),
        document(replace(RUN, output=None)),
        document(replace(RUN, carried=())),
        document(replace(RUN, attempts=(replace(ATTEMPT, exit_code=2), RUN.attempts[1]))),
        document(replace(RUN, attempts=(replace(ATTEMPT, denials=()), RUN.attempts[1]))),
        document(replace(RUN, attempts=RUN.attempts[:1])),
        document(replace(RUN, attempts=(ATTEMPT, replace(RUN.attempts[1], checks=(PASSED,))))),
        document(replace(RUN, last_success=None)),
        document(replace(RUN, checks=(PASSED,))),
        document(replace(RUN, checks=(PASSED, replace(BROKEN, reason="exit_code")))),
        document(replace(RUN, checks=(PASSED, replace(BROKEN, run="npm run test")))),
        document(replace(RUN, last_success=replace(SUCCESS, checks=(BROKEN,)))),
        document(replace(RUN, last_success=replace(SUCCESS, verdict=None))),
        document(replace(RUN, verdict=None)),
        document(replace(RUN, rounds=(replace(ROUND, feedback="fine"),))),
        document(replace(RUN, rounds=(replace(ROUND, target=replace(ROUND.target, generation=9)),))),
        document(replace(RUN, protected_changed=())),
        document(replace(RUN, discarded=())),
        document(replace(RUN, accepted=None)),
        document(replace(RUN, accepted=replace(ACCEPTED, reason="Else"))),
        document(replace(RUN, frozen=replace(FROZEN, by="Bob"))),
        document(replace(RUN, moved_from=())),
        document(replace(RUN, last_success=replace(SUCCESS, accepted=None))),
        None,
    ],
)
def test_different_records(other: Json) -> None:
    assert not equal_records(document(), other)
