"""Shows how every task stands: its record, its worker, and what the next apply would make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from specrun.core.change import Action, Decision, Plan, ReasonCode
from specrun.core.task import Desired, TaskId
from specrun.core.world import Attempt, Phase, Run, Status, World
from specrun.report import proof
from specrun.report.colour import PLAIN, Paint
from specrun.report.columns import fitted
from specrun.report.diff import aligned
from specrun.report.roles import word
from specrun.report.text import cut, line, width
from specrun.report.words import cost, count, moment, money, reason, result, span, tokens, why

_MODEL, _COST, _NOTE = 3, 6, 7
_COLUMNS = (
    (0, 1, 2, _MODEL, 4, 5, _COST, _NOTE),
    (0, 1, 2, 4, 5, _COST, _NOTE),
    (0, 1, 4, 5, _COST, _NOTE),
    (0, 1, 5, _COST, _NOTE),
    (0, 1, 5, _COST),
    (0, 1),
)


class State(StrEnum):
    """One word for where a task stands; also the words of `list --status`."""

    RUNNING = "running"
    VERIFYING = "verifying"
    COLLECTING = "collecting"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ERRORED = "errored"
    LOST = "lost"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    SKIPPED = "skipped"
    DISABLED = "disabled"
    FROZEN = "frozen"
    ACCEPTED = "accepted"
    GONE = "gone"


_OPEN = {
    Phase.ORDERED: State.RUNNING,
    Phase.RUNNING: State.RUNNING,
    Phase.PROVING: State.VERIFYING,
    Phase.UNREADABLE: State.BLOCKED,
}


_WITHHELD = {
    ReasonCode.SKIPPED: State.SKIPPED,
    ReasonCode.DISABLED: State.DISABLED,
    ReasonCode.FROZEN: State.FROZEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One task: `attempt` is its open or last attempt, `seconds` how long that has been or was at work.

    `costs` are those of its attempts in USD, that one's last; None is unknown. `tokens` are that one's, too,
    and `checking` says at which check it is.
    """

    task_id: TaskId
    state: State
    decision: Decision
    agent: str
    model: str | None
    attempt: int | None
    seconds: float | None
    costs: tuple[Decimal | None, ...]
    tokens: Mapping[str, int] | None
    checking: str
    run: Run | None

    @property
    def cost(self) -> Decimal | None:
        """What the attempt has cost so far, None while unknown or without one."""
        return self.costs[-1] if self.costs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All tasks, and the attempts of other branches that are still open."""

    rows: tuple[Row, ...]
    elsewhere: tuple[Attempt, ...]
    applying: tuple[str, ...]


def standing(
    desired: Desired,
    world: World,
    plan: Plan,
    elsewhere: Iterable[Attempt] = (),
    applying: Iterable[str] = (),
) -> Standing:
    """Put together what the plan and the world say; `applying` names specs with a specrun at work on them."""
    rows = tuple(_row(one, desired, world) for one in plan.decisions)
    return Standing(rows=rows, elsewhere=tuple(elsewhere), applying=tuple(applying))


def _row(decision: Decision, desired: Desired, world: World) -> Row:
    task = desired.tasks.get(decision.task_id)
    run = world.runs.get(decision.task_id)
    attempt = _open(world.attempts.get(decision.task_id, ()))
    last = run.last if run else None
    shown = attempt or last
    seconds = None
    began = _began(attempt) if attempt else None
    if began is not None:
        seconds = max(world.now - began, 0.0)
    elif last and last.started_at is not None:
        seconds = max(last.ended_at - last.started_at, 0.0)
    return Row(
        task_id=decision.task_id,
        state=_state(decision, attempt, run),
        decision=decision,
        agent=attempt.agent if attempt else task.agent if task else "",
        model=shown.model if shown else task.model if task else None,
        attempt=shown.number if shown else None,
        seconds=seconds,
        costs=_costs(desired, attempt, run),
        tokens=shown.tokens if shown else None,
        checking=proof.going(attempt) if attempt else "",
        run=run,
    )


def _began(attempt: Attempt) -> float | None:
    """Answer when it began to work; where no agent works, its checks do."""
    if attempt.started_at is not None or attempt.proof is None:
        return attempt.started_at
    return min((run.started_at for run in attempt.proof.runs if run.started_at is not None), default=None)


def _costs(desired: Desired, attempt: Attempt | None, run: Run | None) -> tuple[Decimal | None, ...]:
    number = attempt.number if attempt else None
    recorded = [one.cost_usd for one in run.attempts if one.number != number] if run else []
    if attempt is None:
        return tuple(recorded)
    return (*recorded, Decimal(0) if attempt.agent in desired.free else attempt.spent)


def _open(attempts: Sequence[Attempt]) -> Attempt | None:
    return next((one for one in reversed(attempts) if one.phase is not Phase.COLLECTED), None)


def _state(decision: Decision, attempt: Attempt | None, run: Run | None) -> State:
    if attempt is not None:
        return _OPEN.get(attempt.phase, State.COLLECTING)
    if decision.action is Action.PRUNE:
        return State.GONE
    if decision.action is Action.REUSE or decision.hands_on:
        return State.ACCEPTED if run is not None and run.status is Status.ACCEPTED else State.SUCCEEDED
    return _held(decision, run) if decision.action is Action.HOLD else State.PENDING


def _held(decision: Decision, run: Run | None) -> State:
    codes = [one.code for one in decision.reasons]
    if codes[0] is ReasonCode.NOT_SELECTED:
        return State.PENDING
    if codes[0] in _WITHHELD:
        return _WITHHELD[codes[0]]
    if run is not None and not run.status.good and ReasonCode.UPSTREAM_FAILED not in codes:
        return State(str(run.status))
    return State.BLOCKED


def text(shown: Standing, *, room: int | None = None) -> str:
    """Answer the table (in `room` columns where given), other branches, and a line of counts."""
    return "\n".join([*table(shown, room=room), *_elsewhere(shown.elsewhere), "", counts(shown)]) + "\n"


def table(shown: Standing, *, room: int | None = None) -> list[str]:
    """Answer the lines of the table alone."""
    rows = [
        (
            line(row.task_id),
            str(row.state),
            line(row.agent),
            line(row.model or ""),
            "" if row.attempt is None else f"#{row.attempt}",
            "" if row.seconds is None else span(row.seconds),
            money(row.cost) if row.costs else "",
            detail(row),
        )
        for row in shown.rows
    ]
    rows.insert(0, ("TASK", "STATUS", "AGENT", "MODEL", "TRY", "TIME", "COST", "NOTE"))
    mute = set() if any(row.model for row in shown.rows) else {_MODEL}
    if not _costly(shown):
        mute.add(_COST)
    return fitted(rows, room, _COLUMNS, mute)


def _costly(shown: Standing) -> bool:
    """Whether anything has cost anything, as far as that is known."""
    return any(amount != 0 for row in shown.rows for amount in row.costs)


def detail(row: Row) -> str:
    """Answer the note: what the record says of an end, else why the task waits."""
    done = {State.SUCCEEDED, State.ACCEPTED, State.FAILED, State.ERRORED, State.LOST, State.CANCELLED}
    if row.state in done and row.run is not None:
        said = cut(result(row.run), 100)
        held = why(row.decision) if row.decision.hands_on else "stale" if row.decision.stale else ""
        return f"{held}: {said}" if held and said else held or said
    if row.state is State.PENDING:
        return "; ".join(reason(one) for one in row.decision.reasons)
    if row.state is State.RUNNING and row.decision.action is Action.ADOPT:
        return tokens(row.tokens) if row.tokens else ""
    if row.state is State.VERIFYING and row.decision.action is Action.ADOPT:
        return row.checking
    return why(row.decision)


def _elsewhere(attempts: Sequence[Attempt]) -> list[str]:
    if not attempts:
        return []
    told = [
        "",
        f"{count(len(attempts), 'attempt')} of other branches or specs (end them with: specrun stop --all):",
    ]
    for one in attempts:
        branch = line(one.branch) or "detached HEAD"
        told.append(
            f"  {line(one.task_id)} #{one.number} {one.phase} on {branch} since {moment(one.created_at)}"
        )
    return told


def counts(shown: Standing) -> str:
    """Answer the last line: how many tasks are in which state, what they have cost, and who is applying."""
    states = Counter(row.state for row in shown.rows)
    told = ", ".join(f"{states[state]} {state}" for state in State if states[state]) or "no tasks"
    who = f"; specrun is applying {', '.join(shown.applying)}" if shown.applying else ""
    paid = f"; cost {cost([one for row in shown.rows for one in row.costs])}" if _costly(shown) else ""
    return f"{count(len(shown.rows), 'task')}: {told}{paid}{who}."


def gone(records: int) -> str:
    """Say that records are left though no spec is, "" where there are none."""
    if not records:
        return ""
    told = f"{count(records, 'record')} of specs that are gone"
    return f"{told}: see specrun results, or clear away with specrun prune.\n"


def listing(rows: Sequence[Row], desired: Desired, paint: Paint = PLAIN) -> str:
    """Answer one line per task for `list`: address, state, title."""
    cells = []
    for row in rows:
        task = desired.tasks.get(row.task_id)
        cells.append((line(row.task_id), str(row.state), line(task.title) if task else ""))
    place = max((width(cell[0]) for cell in cells), default=0) + 2
    return "".join(
        f"{one[:place]}{word(cell[1], paint)}{one[place + len(cell[1]) :]}\n"
        for one, cell in zip(aligned(cells), cells, strict=True)
    )
