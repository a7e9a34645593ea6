"""Makes specs and worlds by chance: all that may stand in one, whether or not it makes sense together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from specrun.core.contract import Contract
from specrun.core.fingerprint import carried_digest, fingerprint
from specrun.core.former import as_now
from specrun.core.moves import moved, moves
from specrun.core.task import Carry, Condition, Desired, Edge, OnChange, Retry, Task, TaskId, When, Workspace
from specrun.core.world import (
    Attempt,
    CarriedFile,
    CheckRun,
    Mark,
    Phase,
    Proof,
    Run,
    Status,
    Success,
    World,
)
from tests.core.make import NOW, attempt, checked, desired, judging, run, task, tid, verdicts

NAMES = ("a", "b", "c", "d", "e")
FORMER = ("old", "older", *NAMES)
BLOBS = tuple(f"100644 {mark * 40}" for mark in "012")
LEFT = [*BLOBS, f"000000 {'0' * 40}"]
WORDS = ("", "x", "specrun/s/a", "specrun/s/old")
MARK = Mark(reason="shipped", by="", at=1.0)
REASONS = ("", "exit code 1", "check_failed: test", "outdated_while_running", "disabled", "verdict: rejected")
MET = [Condition(text="x", met=met) for met in (True, False)]


def some(luck: Random, of: Iterable[Any], most: int | None = None) -> list[Any]:
    """Pick some of them, in their order."""
    kept = [one for one in of if luck.random() < 0.5]
    return kept[:most]


def task_of(luck: Random, name: str, above: tuple[str, ...]) -> Task:
    """One task that may build on some of those above it."""
    edges = tuple(
        Edge(
            upstream=tid(one), on=luck.choice([*When, When.SUCCEEDED]), carry=luck.choice([*Carry, Carry.ALL])
        )
        for one in some(luck, above, 3)
    )
    one = task(
        name,
        prompt=luck.choice([None, "x", f"echo {name}"]) if edges else "x",
        contract=contract(luck, above),
        retry=Retry(limit=luck.randrange(2), delay=luck.choice([0.0, 30.0])),
        reads=luck.choice([(), ("**",)]),
        when=luck.choice([None, None, None, Condition(text="x", met=None), *MET]),
        enabled=luck.random() < 0.8,
        freeze=luck.random() < 0.1,
        rerun=luck.choice([None, None, 1]),
        workspace=luck.choice([Workspace.CLONE, Workspace.CLONE, Workspace.NONE]),
        model=luck.choice([None, "m"]),
    )
    return replace(one, edges=edges)


def contract(luck: Random, above: tuple[str, ...]) -> Contract:
    """Nothing, checks, or a judge that may send something above it back."""
    kinds = [Contract(), Contract(), checked("test"), checked("test", "lint"), judging(None)]
    if above:
        kinds += [judging(luck.choice(above), luck.randint(1, 2))] * 3
    return luck.choice(kinds)


def spec_of(luck: Random) -> Desired:
    """Some tasks, in the order of their names, and what was asked for on the command line."""
    names = sorted(luck.sample(NAMES, luck.randint(0, len(NAMES))))
    gone = [name for name in FORMER if name not in names]
    ids = [tid(name) for name in NAMES]
    return desired(
        *(task_of(luck, name, tuple(names[:number])) for number, name in enumerate(names)),
        spec={
            "max_workers": luck.randint(1, 3),
            "on_change_while_running": luck.choice([*OnChange]),
            "moved": ((gone[0], names[0]),) if names and luck.random() < 0.5 else (),
            "removed": tuple(gone[1:]) if luck.random() < 0.5 else (),
        },
        only=frozenset(some(luck, ids)) if luck.random() < 0.5 else None,
        replace=frozenset(some(luck, ids, 1)),
        retry_failed=luck.random() < 0.5,
    )


def files(luck: Random) -> dict[str, str]:
    """Some files with what stands in them."""
    return {path: luck.choice(BLOBS) for path in some(luck, "fg")}


def changed(luck: Random) -> tuple[CarriedFile, ...]:
    """What an attempt may have changed."""
    return tuple(CarriedFile(path, *luck.choice(LEFT).split()) for path in some(luck, "fg"))


def record_of(luck: Random, wanted: Desired, name: str) -> Run:
    """How a task may have ended, mostly nearly as it is asked for now."""
    now = wanted.tasks.get(tid(name)) or task(name, prompt="x")
    asked = replace(now, rerun=luck.choice([now.rerun, now.rerun, now.rerun, 2]))
    if luck.random() < 0.3:
        asked = replace(asked, edges=tuple(replace(one, upstream=tid("old")) for one in asked.edges[:1]))
    above = {one.upstream: carried_digest(changed(luck)) for one in asked.edges if one.carry is Carry.ALL}
    text = asked.prompt or luck.choice(WORDS)
    print_ = fingerprint(asked, text, above, files(luck) if asked.reads else None)
    left: dict[str, Any] = {
        "carried": luck.choice([None, changed(luck), changed(luck)]),
        "commit": luck.choice([None, "c" * 40, "d" * 40]),
        "branch": f"specrun/s/{name}",
    }
    if now.contract.judge is not None and luck.random() < 0.7:
        words = luck.choice([("rejected",), ("rejected", "rejected"), ("approved",)])
        left |= {"verdict": words[-1], "rounds": verdicts(*words)}
    status = luck.choice([*Status, *[Status.SUCCEEDED] * 6, *[Status.FAILED] * 3])
    ended: dict[str, Any] = {
        "number": luck.randint(1, 2),
        "generation": luck.randint(1, 2),
        "round": luck.choice([None, None, 1]),
    }
    made = run(
        print_,
        name,
        status,
        left=left,
        reason=luck.choice(REASONS),
        ended_at=NOW - luck.randrange(99),
        **ended,
    )
    return replace(
        made,
        attempts=made.attempts if luck.random() < 0.9 else (),
        last_success=luck.choice([made.last_success, None, _success(made)]),
        frozen=MARK if luck.random() < 0.1 else None,
        moved_from=luck.choice([(), (), ("old",), ("older", "old"), ("a",)]),
        edited=luck.random() < 0.2,
    )


def _success(made: Run) -> Success:
    names = ("commit", "base", "branch", "carried", "output", "summary")
    return Success(fingerprint=made.fingerprint, **{name: getattr(made, name) for name in names})


def attempts_of(luck: Random, wanted: Desired, name: str) -> tuple[Attempt, ...]:
    """Attempts of a task; only the last one may be open."""
    count, phase = luck.randint(1, 2), luck.choice([*Phase, Phase.COLLECTED, Phase.RUNNING])
    print_ = record_of(luck, wanted, name).fingerprint
    fields: dict[str, Any] = {"generation": luck.randint(1, 2), "created_at": NOW - luck.randrange(99)}
    over = [attempt(name, Phase.COLLECTED, number=number, **fields) for number in range(1, count)]
    last = attempt(name, phase, print_, number=count, clean=luck.random() < 0.5, **fields)
    last = replace(last, stopping=luck.random() < 0.2, reads=luck.choice([None, files(luck)]))
    if phase is Phase.PROVING:
        at = luck.choice([Phase.ORDERED, Phase.RUNNING, Phase.ENDED, Phase.LOST])
        runs = (CheckRun(number=1, index=0, phase=at),) if luck.random() < 0.7 else ()
        last = replace(last, proof=Proof(checks=("test",), runs=runs), verifying=luck.random() < 0.5)
    return (*over, last)


def value_of(luck: Random, wanted: Desired, field: str, name: str) -> Any:
    """What a world may tell of a task."""
    if field == "runs":
        return record_of(luck, wanted, name)
    if field == "attempts":
        return attempts_of(luck, wanted, name)
    if field == "conditions":
        return luck.choice(MET)
    return luck.choice(WORDS if field == "prompts" else ["x", "y"])


FIELDS = ("runs", "attempts", "prompts", "prompt_errors", "grants", "occupied", "conditions")
_RARE = {"attempts": 0.3, "prompt_errors": 0.1, "grants": 0.1, "occupied": 0.2}


def world_of(luck: Random, wanted: Desired) -> World:
    """A world as observing makes it."""
    told: dict[str, Any] = {
        field: {
            tid(name): value_of(luck, wanted, field, name)
            for name in FORMER
            if luck.random() < _RARE.get(field, 0.7)
        }
        for field in FIELDS
    }
    asked = {one.id: files(luck) for one in wanted.tasks.values() if one.reads and luck.random() < 0.9}
    absent = {"c" * 40: luck.choice(["", "e" * 40])} if luck.random() < 0.2 else {}
    base = World(now=NOW, since=NOW - 50, branch="main", reads=asked, absent=absent, **told)
    return named(wanted, base)


def later(luck: Random, wanted: Desired, before: World) -> World:
    """The same world once one thing in it has become another one; the rest are the very same values."""
    if luck.random() < 0.1:
        return replace(before, now=before.now + 20)
    field, name = luck.choice(["runs", "runs", *FIELDS]), luck.choice(FORMER)
    found: dict[TaskId, Any] = {**getattr(before, field), tid(name): value_of(luck, wanted, field, name)}
    if luck.random() < 0.2:
        del found[tid(name)]
    change: dict[str, Any] = {field: found}
    return named(wanted, replace(before, **change))


def named(wanted: Desired, base: World) -> World:
    """Answer a world that has the records of renamed tasks under their present ids."""
    names = moves(wanted, base.runs, base.attempts)
    runs = as_now(wanted, moved(wanted, base.runs, names), base.prompts)
    return replace(base, runs=runs, moved=names)
