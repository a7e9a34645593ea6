"""Says which commands come next after a look at a plan, ready to be pasted into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from specrun.core.change import FAILING, Action, Decision, ReasonCode
from specrun.core.task import TaskId, split_id
from specrun.report.preview import Preview
from specrun.report.text import line, pad, width

_MOST = 3
"""Tasks of which a command is told; the list above names the others."""
_EDITED = frozenset({ReasonCode.RESULT_EDITED})
_MENDED = frozenset({ReasonCode.FAILED_UNCHANGED, ReasonCode.CANCELLED, ReasonCode.ERRORED})


def commands(preview: Preview) -> tuple[tuple[str, str], ...]:
    """Answer commands, each with what it is for."""
    return tuple(
        (shlex.join((*preview.call, *words)), purpose)
        for words, purpose in (*_apply(preview), *_holds(preview), *_prune(preview))
    )


def rows(preview: Preview, room: int | None = None) -> list[str]:
    """Answer the commands for people, what each is for beside it where that fits into `room` columns."""
    told = [(line(command), purpose) for command, purpose in commands(preview)]
    wide = max((width(command) for command, _ in told), default=0)
    whole = [(f"  {command}", f"  {pad(command, wide)}  # {purpose}") for command, purpose in told]
    return [long if room is None or width(long) <= room else bare for bare, long in whole]


def _apply(preview: Preview) -> Iterator[tuple[tuple[str, ...], str]]:
    if not preview.pending:
        return
    # A selector is told with its name in one word.
    selectors = (
        [part for word in preview.choice.words for part in word.split(" ", 1)] if preview.choice else []
    )
    words = ("apply", *_specs(preview), *selectors)
    if preview.plan.unsafe:
        yield (*words, "--force"), "do it although it goes that far"
    elif all(one.action is Action.ADOPT for one in preview.pending):
        yield words, "take over what is at work"
    else:
        yield words, "do it"
    if preview.choice is not None and preview.choice.waiting:
        needing = [part for name in preview.choice.waiting for part in ("--target", name)]
        yield ("apply", *_specs(preview), *needing), "do what it waits for first"


def _specs(preview: Preview) -> tuple[str, ...]:
    """Name the specs that an apply is about: those that were asked for, else those with changes of many."""
    if preview.asked:
        return preview.asked
    names = {split_id(one.task_id)[0] for one in preview.pending}
    specs = preview.desired.specs
    some = [spec.path for name, spec in specs.items() if name in names]
    return tuple(some) if len(some) < len(specs) else ()


def _holds(preview: Preview) -> Iterator[tuple[tuple[str, ...], str]]:
    held = [one for one in preview.shown.decisions if one.action is Action.HOLD and one.reasons]
    mended = [one.task_id for one in held if _first(one) in _MENDED]
    edited = [one.task_id for one in held if _first(one) in _EDITED]
    for name in mended[:_MOST]:
        yield ("retry", name), "run it again, after mending what made it fail"
    if len(mended) > _MOST:
        yield ("apply", *_files(preview, mended), "--retry-failed"), f"run all {len(mended)} of them again"
    for name in edited[:_MOST]:
        yield ("accept", name, "--reason", "..."), "take the record as it is now"
    others = [one.task_id for one in held if _first(one) in FAILING]
    for name in others[:1]:
        yield ("explain", name), "see why"


def _first(decision: Decision) -> ReasonCode:
    return decision.reasons[0].code


def _files(preview: Preview, names: list[TaskId]) -> tuple[str, ...]:
    specs = preview.desired.specs
    found = {split_id(name)[0] for name in names}
    return (
        tuple(spec.path for name, spec in specs.items() if name in found) if len(found) < len(specs) else ()
    )


def _prune(preview: Preview) -> Iterator[tuple[tuple[str, ...], str]]:
    if any(one.action is Action.PRUNE and not one.ready for one in preview.shown.decisions):
        yield ("prune",), "take away what tasks left that are gone from the specs"
