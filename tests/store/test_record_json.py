"""Tests that records come back from JSON as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from specrun.core.evidence import CheckRecord, Round, Target
from specrun.core.task import Json, TaskId
from specrun.core.world import AttemptRecord, CarriedFile, Fingerprint, Mark, Run, Status, Success
from specrun.store.documents import dump, parse
from specrun.store.record_json import from_bytes, from_json, moment, to_json

PRINT = Fingerprint(
    work="w",
    verify="v",
    live="l",
    components={
        "prompt": "p",
        "reads": {"a\udcff": "100644 d"},
        "sources": {"pages": [["", "d"]], "vars": {}},
    },
    version=2,
)
ATTEMPT = AttemptRecord(
    number=3,
    generation=2,
    agent="shell",
    executor="tmux",
    status=Status.FAILED,
    started_at=1700000000.25,
    ended_at=1700000001.123,
    exit_code=1,
    reason="exit_code",
    model="m",
    cost_usd=Decimal("0.4200"),
    tokens={"input": 10, "output": 2, "cache_read": 300, "cache_write": 0},
    turns=4,
    session_id="6ba7b810-9dad-41d1-80b4-00c04fd430c8",
    denials=("Bash: rm -rf x", "Write: /etc/passwd"),
)
PASSED = CheckRecord(
    name="lint", run="ruff check .", exit_code=0, seconds=0.5, commit="c", output_digest="d", tail=""
)
BROKEN = CheckRecord(
    name="web:test",
    run="npm test",
    path="web",
    exit_code=None,
    seconds=12.345,
    commit="c",
    output_digest="e",
    tail="1 failed\n",
    reason="timeout",
)
ROUND = Round(target=Target(commit="t", attempt=2, generation=1), verdict="rejected", feedback="no tests")
SUCCESS = Success(
    fingerprint=PRINT,
    commit="c",
    base="b",
    branch="specrun/a/b",
    carried=(),
    output={"k": 1},
    summary="was fine",
    checks=(PASSED,),
    verdict="approved",
    protected_changed=("Makefile",),
    accepted=Mark(reason="Fine", by="Ada", at=1700000004.0),
)
RUN = Run(
    task_id=TaskId("a/b"),
    status=Status.FAILED,
    reason="exit_code",
    generation=2,
    fingerprint=PRINT,
    attempts=(
        ATTEMPT,
        replace(
            ATTEMPT,
            number=4,
            started_at=None,
            cost_usd=None,
            exit_code=None,
            model=None,
            tokens=None,
            turns=None,
            session_id=None,
            denials=(),
            round=2,
            checks=(BROKEN,),
        ),
    ),
    output=[1, "ü"],
    summary="it broke",
    branch=None,
    base="b",
    commit="c",
    carried=(CarriedFile("x\udcff", "100644", "d"),),
    checks=(PASSED, BROKEN),
    verdict="rejected",
    rounds=(ROUND,),
    protected_changed=("conftest.py", "y\udcff"),
    discarded=("notes.md",),
    last_success=SUCCESS,
    accepted=Mark(reason="Done by hand, ü", by="Ada <ada@example.invalid>", at=1700000002.25),
    frozen=Mark(reason="", by="", at=1700000003.0),
    moved_from=("a/former", "a/first"),
)


@pytest.mark.parametrize(
    "run",
    [
        RUN,
        replace(RUN, last_success=None, carried=None, attempts=(), accepted=None, frozen=None, moved_from=()),
    ],
    ids=["a full record", "an empty one"],
)
def test_round_trip(run: Run) -> None:
    assert from_bytes(dump(to_json(run))) == run


def test_every_key_of_the_design_is_there() -> None:
    document = to_json(RUN)

    assert set(document) == {
        *("format", "task", "status", "reason", "generation", "fingerprint", "attempts", "checks", "verdict"),
        *("rounds", "output", "summary", "branch", "base", "commit", "carried", "protected_changed"),
        *("discarded", "last_success", "accepted", "frozen", "moved_from", "digest"),
    }
    assert set(document["fingerprint"]) == {  # type: ignore[arg-type]  # it is an object
        *("work", "verify", "live", "components", "version")
    }
    assert document["accepted"] == {
        "reason": "Done by hand, ü", "by": "Ada <ada@example.invalid>", "at": "2023-11-14T22:13:22.250Z",
    }  # fmt: skip
    assert set(document["last_success"]) == {  # type: ignore[arg-type]  # it is an object
        *("fingerprint", "commit", "base", "branch", "carried", "output", "summary"),
        *("checks", "verdict", "protected_changed", "accepted"),
    }
    assert document["attempts"] == [
        {
            "number": 3, "generation": 2, "round": None, "agent": "shell", "executor": "tmux", "model": "m",
            "started_at": "2023-11-14T22:13:20.250Z", "ended_at": "2023-11-14T22:13:21.123Z", "exit_code": 1,
            "status": "failed", "reason": "exit_code", "cost_usd": "0.4200", "checks": [],
            "tokens": {"input": 10, "output": 2, "cache_read": 300, "cache_write": 0}, "turns": 4,
            "session_id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
            "denials": ["Bash: rm -rf x", "Write: /etc/passwd"],
        },
        to_json(replace(RUN, attempts=RUN.attempts[1:]))["attempts"][0],  # type: ignore[index]  # it is a list
    ]  # fmt: skip


def change(*path: str | int, to: Json) -> Callable[[Json], None]:
    def apply(document: Json) -> None:
        place = document
        for step in path[:-1]:
            place = place[step]  # type: ignore[index]  # as deep as the path says
        place[path[-1]] = to  # type: ignore[index]

    return apply


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (change("format", to=2), "format is 2; this specrun knows 1"),
        (change("status", to="fine"), "status is 'fine': 'fine' is not a valid Status"),
        (change("generation", to="1"), "generation is '1': an integer is expected"),
        (change("generation", to=True), "generation is 'True': an integer"),
        (change("summary", to=None), "summary is 'None': a string is expected"),
        (change("attempts", to={}), "attempts is '{}': a list is expected"),
        (change("attempts", 0, to=1), "attempts is not an object"),
        (change("attempts", 0, "ended_at", to="soon"), "ended_at is 'soon': Invalid isoformat"),
        (change("attempts", 0, "ended_at", to="2023-11-14T22:13:21"), "a time in UTC is expected"),
        (change("attempts", 0, "cost_usd", to="x"), "cost_usd is 'x'"),
        (change("attempts", 0, "cost_usd", to="NaN"), "cost_usd is 'NaN': an amount is expected"),
        (change("attempts", 0, "tokens", to=7), "tokens is not an object"),
        (change("attempts", 0, "tokens", to={"output": "many"}), "output is 'many': an integer is expected"),
        (change("attempts", 0, "tokens", to={"input": -1}), "input is '-1': at least 0 is expected"),
        (change("attempts", 0, "turns", to="2"), "turns is '2': an integer is expected"),
        (change("attempts", 0, "session_id", to=1), "session_id is '1': a string is expected"),
        (change("attempts", 0, "denials", to="Bash"), "denials is 'Bash': a list is expected"),
        (change("attempts", 0, "denials", to=[1]), r"denials is '\[1\]': a string is expected"),
        (change("attempts", 1, "round", to="2"), "round is '2': an integer is expected"),
        (change("checks", to={}), "checks is '{}': a list is expected"),
        (change("checks", 0, "exit_code", to="0"), "exit_code is '0': an integer is expected"),
        (change("verdict", to=True), "verdict is 'True': a string is expected"),
        (change("rounds", 0, to="no"), "rounds is not an object"),
        (change("protected_changed", to="x"), "protected_changed is 'x': a list is expected"),
        (change("discarded", to=[None]), r"discarded is '\[None\]': a string is expected"),
        (change("last_success", "checks", 0, "seconds", to=-1), "seconds is '-1': a number of seconds"),
        (change("carried", 0, to=1), "carried is not an object"),
        (change("carried", 0, to={}), "path is missing"),
        (change("fingerprint", to=None), "fingerprint is not an object with"),
        (change("fingerprint", "version", to="2"), "fingerprint is not an object with"),
        (change("fingerprint", "version", to=True), "fingerprint is not an object with"),
        (change("accepted", to="yes"), "accepted is 'yes': mark is not an object"),
        (change("last_success", "accepted", to=1), "accepted is '1': mark is not an object"),
        (change("frozen", to={"reason": "", "by": ""}), "frozen is .*: at is missing"),
        (change("moved_from", to="x"), "moved_from is 'x': a list is expected"),
        (change("last_success", to=1), "last_success is not an object"),
    ],
)
def test_what_is_wrong_is_said(spoil: Callable[[Json], None], said: str) -> None:
    document: Json = parse(dump(to_json(RUN)))
    spoil(document)

    with pytest.raises(ValueError, match=said):
        from_json(document)


def test_a_record_from_before_agents_told_more_still_loads() -> None:
    document: Any = parse(dump(to_json(RUN)))
    for name in ("tokens", "turns", "session_id", "denials"):
        del document["attempts"][0][name]

    old = from_json(document).attempts[0]

    assert old == replace(ATTEMPT, tokens=None, turns=None, session_id=None, denials=())


def test_a_record_from_before_anything_was_checked_still_loads() -> None:
    document: Any = parse(dump(to_json(RUN)))
    del document["discarded"]
    document.update(checks=[], verdict=None, rounds=[], protected_changed=[])
    for attempt in document["attempts"]:
        attempt["round"] = None
        del attempt["checks"]
    last = document["last_success"]
    last["verdict"] = None
    del last["checks"], last["protected_changed"]

    old = from_json(document)

    assert (old.checks, old.verdict, old.rounds, old.protected_changed) == ((), None, (), ())
    assert old.discarded == ()
    assert [(attempt.round, attempt.checks) for attempt in old.attempts] == [(None, ())] * 2
    assert old.last_success == replace(SUCCESS, checks=(), verdict=None, protected_changed=())


def test_keys_that_are_not_there_at_all_are_empty() -> None:
    document: Any = parse(dump(to_json(RUN)))
    for name in ("checks", "verdict", "rounds", "protected_changed", "discarded", "digest"):
        del document[name]
    for name in ("accepted", "frozen", "moved_from"):
        del document[name]
    del document["last_success"]["verdict"], document["last_success"]["accepted"]
    del document["fingerprint"]["version"]
    del document["attempts"][1]["round"], document["attempts"][1]["checks"]

    old = from_bytes(dump(document))

    assert old == replace(
        RUN,
        fingerprint=replace(PRINT, version=1),
        accepted=None,
        frozen=None,
        moved_from=(),
        checks=(),
        verdict=None,
        rounds=(),
        protected_changed=(),
        discarded=(),
        attempts=(ATTEMPT, replace(RUN.attempts[1], round=None, checks=())),
        last_success=replace(SUCCESS, verdict=None, accepted=None),
    )


def test_kinds_of_tokens_that_are_not_known_here_are_passed_over() -> None:
    document: Json = parse(dump(to_json(RUN)))
    change("attempts", 0, "tokens", to={"output": 5, "thought": "x"})(document)

    assert from_json(document).attempts[0].tokens == {"output": 5}


def test_a_record_is_an_object() -> None:
    with pytest.raises(ValueError, match="record is not an object"):
        from_json([])


def test_moments_are_stable() -> None:
    assert moment(0.9999) == "1970-01-01T00:00:00.999Z"
    assert moment(1700000001.123) == "2023-11-14T22:13:21.123Z"
