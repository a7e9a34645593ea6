"""Tests `specrun history`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specrun import wiring
from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.store.history import History
from tests.commands.conftest import Spec, Specrun

DAY = 86400.0
NOON = 1_764_417_600.0
"""2025-11-29T12:00:00Z."""


def told(repo: Path, *names: str) -> None:
    """Let something have happened to tasks, a day apart."""
    events = [
        Event(
            at=NOON + DAY * number,
            kind=EventKind.ENDED,
            task_id=TaskId(name),
            number=1,
            message=f"{name} succeeded in 62.00s",
            data={"seconds": 62.0},
        )
        for number, name in enumerate(names)
    ]
    project = wiring.open_project(repo, (), broken=True)
    History(project.layout).append(events)


def test_what_an_apply_did_is_told(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}\nlonger: {prompt: 'exit 1'}")
    assert specrun("history").out == "No event is known.\n"
    specrun("apply", "--yes")
    rows = [row.split(" ", 1)[1] for row in specrun("history").out.splitlines()]
    assert sorted(row.partition(" in ")[0] for row in rows) == [
        "demo/longer failed",
        "demo/longer started (attempt 1, run, shell on process)",
        "demo/one    started (attempt 1, run, shell on process)",
        "demo/one    succeeded",
    ]


def test_no_spec_is_needed_and_gone_tasks_are_told(repo: Path, specrun: Specrun) -> None:
    told(repo, "gone/one", "gone/two", "other/one")
    said = specrun("history")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "2025-11-29T12:00:00Z gone/one  succeeded in 1m 02s",
        "2025-11-30T12:00:00Z gone/two  succeeded in 1m 02s",
        "2025-12-01T12:00:00Z other/one succeeded in 1m 02s",
    ]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (("gone",), "29 30"),
        (("GONE/two",), "30"),
        (("one",), "29 01"),
        (("two", "other"), "30 01"),
        (("demo",), ""),
        (("specs/demo.yaml",), ""),
        (("--since", "2025-11-30"), "30 01"),
        (("--since", "2025-11-30T12:00:01Z"), "01"),
        (("--since", "2025-11-30T13:00+01:00", "gone"), "30"),
        (("--since", "2025-12-30", "gone"), ""),
        (("--since", "30m"), ""),
    ],
)
def test_names_and_moments_choose(
    repo: Path, spec: Spec, specrun: Specrun, asked: tuple[str, ...], days: str
) -> None:
    spec("three: {prompt: 'true'}")
    told(repo, "gone/one", "gone/two", "other/one")
    said = specrun("history", *asked)
    rows = [] if said.out == "No event is known.\n" else said.out.splitlines()
    assert (said.code, [row[8:10] for row in rows]) == (0, days.split())


def test_the_last_are_shown_and_the_rest_is_counted(repo: Path, specrun: Specrun) -> None:
    told(repo, *(f"demo/t{number}" for number in range(60)))
    rows = specrun("history").out.splitlines()
    assert (len(rows), rows[0]) == (51, "10 earlier events not shown; -n 60 shows all.")
    rows = specrun("history", "-n", "2").out.splitlines()
    assert [row.split()[1] for row in rows[1:]] == ["demo/t58", "demo/t59"]
    document = json.loads(specrun("history", "-n", "2", "--json").out)
    assert (document["format_version"], document["earlier"]) == (1, 58)
    assert [one["address"] for one in document["events"]] == ["demo/t58", "demo/t59"]
    assert specrun("history", "-n", "0").code == 64


def test_what_is_not_known_is_wrong_usage(repo: Path, specrun: Specrun) -> None:
    told(repo, "gone/one")
    said = specrun("history", "gonne")
    assert (said.code, said.err) == (64, "specrun: nothing is known of 'gonne'; fix: did you mean gone?\n")
    said = specrun("history", "xyz")
    assert said.err == "specrun: nothing is known of 'xyz'; fix: name one of gone, gone/one, one\n"
    said = specrun("history", "--since", "yesterday")
    assert (said.code, "'yesterday' is neither a length of time nor a date" in said.err) == (64, True)


def test_broken_specs_do_not_matter(repo: Path, spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 1")
    told(repo, "demo/one")
    assert specrun("history", "demo").out.endswith("demo/one succeeded in 1m 02s\n")


def test_nothing_of_it_acts_on_the_terminal(repo: Path, specrun: Specrun) -> None:
    told(repo, "demo/\x1b[2Jone\x07")
    assert specrun("history").out.replace("\n", "").isprintable()
