"""Tells what a selection comes to: how much is meant, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specrun.core.change import Action, Plan
from specrun.core.choice import Choice
from specrun.core.reasons import named
from specrun.core.task import Json, TaskId, split_id
from specrun.report.text import line
from specrun.report.words import count

_WOULD = {
    Action.RUN: "that would run",
    Action.RERUN: "that would rerun",
    Action.CASCADE: "that would rerun after an upstream",
    Action.RETRY: "that would be retried",
    Action.VERIFY: "that would be checked again",
    Action.ADOPT: "at work",
    Action.STOP: "that would be stopped",
    Action.PRUNE: "that would be forgotten",
    Action.MOVE: "that would be renamed",
    Action.DEFERRED: "decided on the way",
    Action.HOLD: "held",
    Action.REUSE: "up to date",
}


def told(choice: Choice) -> str:
    """Answer in one line what is selected, what is left out and what follows from it; "" for no selection."""
    return " ".join(_told(choice)) if choice.words else ""


def ended(choice: Choice, plan: Plan) -> str:
    """Answer what was selected, what was left out, and what still waits at the end; "" for no selection.

    What was to come is no news any more.
    """
    return " ".join(_ended(choice, plan)) if choice.words else ""


def heading(choice: Choice) -> str:
    """Answer how many tasks are selected, and by what; "" for no selection."""
    return " ".join([_heading(choice), *_unheard(choice)]) if choice.words else ""


def nothing(choice: Choice) -> str:
    """Answer that no task is meant, and which word may be a slip of the pen."""
    return " ".join([f"Nothing matches {line(' '.join(choice.words))}.", *_unheard(choice)])


def entry(choice: Choice) -> Json:
    """Answer the selection for scripts, None where there is none."""
    if not choice.words:
        return None
    return {
        "selectors": [*choice.words],
        "selected": [*sorted(choice.selected)],
        "of": choice.of,
        "replace": [*sorted(choice.replace)],
        "sent_back": [*choice.sent_back],
        "left_out": {str(action): [*names] for action, names in choice.left_out.items()},
        "waiting": {name: [*upstreams] for name, upstreams in choice.waiting.items()},
    }


def event(choice: Choice) -> dict[str, Json]:
    """Answer the selection as one line of a stream."""
    return {"type": "selection", "selection": entry(choice), "message": told(choice)}


def _told(choice: Choice) -> Iterator[str]:
    if choice.only is not None:
        yield _heading(choice)
        yield _left_out(choice)
    if choice.replace:
        yield f"To run once more: {_names(choice, sorted(choice.replace))}."
    if choice.dropped:
        yield f"Not to run once more, for it is not selected: {_names(choice, choice.dropped)}."
    if choice.sent_back:
        yield f"A verdict may send back {_names(choice, choice.sent_back)}."
    yield from _waiting(choice, choice.waiting)
    yield from _unheard(choice)


def _ended(choice: Choice, plan: Plan) -> Iterator[str]:
    if choice.only is not None:
        yield _heading(choice)
        yield _left_out(choice)
    if choice.dropped:
        yield f"Not run once more, for it was not selected: {_names(choice, choice.dropped)}."
    open_ = {one.task_id for one in plan.decisions if not one.idle}
    yield from _waiting(choice, {name: ups for name, ups in choice.waiting.items() if name in open_})


def _waiting(choice: Choice, waiting: Mapping[TaskId, Iterable[TaskId]]) -> Iterator[str]:
    if waiting:
        pairs = (f"{_names(choice, [one])} for {_names(choice, ups)}" for one, ups in waiting.items())
        yield f"Waiting for what is left out: {named(pairs)}."


def _heading(choice: Choice) -> str:
    words = line(" ".join(choice.words))
    return f"Selection: {len(choice.selected)} of {count(choice.of, 'task')} ({words})."


def _left_out(choice: Choice) -> str:
    if not choice.left_out:
        return "Nothing is left out that has anything to do."
    parts = [
        f"{len(names)} {_WOULD[action]} ({_names(choice, names)})"
        for action, names in choice.left_out.items()
    ]
    return f"Left out: {', '.join(parts)}; not converged without them."


def _unheard(choice: Choice) -> Iterator[str]:
    for word, near in choice.unheard:
        yield f"No task has {line(word)}" + (f"; did you mean {line(near)}?" if near else ".")


def _names(choice: Choice, names: Iterable[TaskId]) -> str:
    """Name tasks, the first few of many: without their spec where there is only one."""
    out = (one for group in choice.left_out.values() for one in group)
    specs = {split_id(one)[0] for one in (*choice.selected, *choice.dropped, *choice.sent_back, *out)}
    return named(line(one if len(specs) > 1 else split_id(one)[1]) for one in names)
