"""Tells below the line of a task what was edited and where that stands, and what follows from it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from specrun.core.change import FAILING, SYMBOLS, Action, Decision, ReasonCode
from specrun.core.impact import Impact
from specrun.core.reasons import named
from specrun.core.task import Json, TaskId
from specrun.core.world import Attempt, Phase
from specrun.errors import Where
from specrun.report import textdiff
from specrun.report.edits import PROMPT, READS, RESULT, TEMPLATE, Edit, edits
from specrun.report.preview import Preview
from specrun.report.quoting import value
from specrun.report.text import line, shown, width
from specrun.report.words import count, moment, money, reason

_QUIET = frozenset({Action.REUSE, Action.DEFERRED, Action.PRUNE})
"""What becomes of tasks of which no edit counts now."""
_TOLD = frozenset(
    {
        *(ReasonCode.PROMPT_CHANGED, ReasonCode.TEMPLATE_CHANGED, ReasonCode.VAR_CHANGED),
        *(ReasonCode.READS_CHANGED, ReasonCode.INPUT_CHANGED, ReasonCode.ENV_CHANGED),
        *(ReasonCode.AGENT_CHANGED, ReasonCode.WORKSPACE_CHANGED, ReasonCode.EDGES_CHANGED),
        *(ReasonCode.RERUN_TOKEN, ReasonCode.OUTPUTS_CONTRACT_CHANGED, ReasonCode.SCOPE_CHANGED),
        *(ReasonCode.JUDGE_CHANGED, ReasonCode.CHECKS_CHANGED, ReasonCode.SETTING_CHANGED),
        *(ReasonCode.UPSTREAM_OUTPUT_CHANGED, ReasonCode.UPSTREAM_PENDING),
        *(ReasonCode.MAX_WORKERS, ReasonCode.RETRY_DELAY),
    }
)
"""Reasons that the edits tell, or the line of the task itself."""
_SPREADING = frozenset({Action.RERUN, Action.CASCADE, Action.RETRY, Action.STOP})
_HEX = 12
_USED = {"added": "used by now", "gone": "no longer used"}


def edited(preview: Preview, decision: Decision) -> tuple[Edit, ...]:
    """Answer the edits that count for what becomes of a task now."""
    if decision.action in _QUIET:
        return ()
    found = edits(preview.differences(decision), lambda name: preview.where(decision.task_id, name))
    prompted = any(one.component == PROMPT for one in found)
    return tuple(
        one for one in found if one.impact is not Impact.META or (prompted and one.component == "sources")
    )


def details(
    preview: Preview,
    decision: Decision,
    found: Sequence[Edit],
    dependents: Mapping[TaskId, Sequence[TaskId]],
    room: int,
) -> list[str]:
    """Answer what stands below the line of a task, in `room` columns.

    `found` are its edits, `dependents` by task those that wait for it.
    """
    told = [row for text in _withheld(decision, found) for row in wrapped(text, room)]
    told += [row for one in found for row in rows(one, room)]
    below = [*_story(preview, decision, found), *_spread(decision, dependents)]
    return told + [row for text in below for row in wrapped(text, room)]


def wrapped(text: str, room: int) -> list[str]:
    """Break a line where it has blanks; what hangs over is indented."""
    return textwrap.wrap(
        text, room, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    ) or [""]


def place(where: Where | None) -> str:
    """Say where something is written: `specs/hello.yaml:6`."""
    return "" if where is None else f"{line(where.file)}:{where.line}"


def rows(edit: Edit, room: int) -> list[str]:
    """Say one edit, in `room` columns: before, after and its place, or only how much of a text differs."""
    name, at = line(edit.path), place(edit.where)
    before, after = edit.before, edit.after
    if edit.opaque:
        return [_opaque(edit)]
    if isinstance(before, list) and isinstance(after, list):
        return wrapped(_beside(f"{name}: {_members(edit.path, before, after)}", at), room)
    if isinstance(before, str) and isinstance(after, str) and ("\n" in before or "\n" in after):
        return _text(name, textdiff.hunks(before, after), at, room)
    if edit.component == PROMPT and not (isinstance(before, str) and isinstance(after, str)):
        return wrapped(_beside(f"{name}: {_kept(before)} -> {_kept(after)}", at), room)
    old, new = value(edit.path, before), value(edit.path, after)
    whole = _beside(f"{name}: {old} -> {new}", at)
    if width(whole) <= room:
        return [whole]
    below = textdiff.rows([textdiff.Hunk((old,), (new,))], room - 2)
    return [*wrapped(_beside(f"{name}:", at), room), *(f"  {row}" for row in below)]


def _beside(text: str, at: str) -> str:
    return f"{text} ({at})" if at else text


def _opaque(edit: Edit) -> str:
    word = "added" if edit.before is None else "gone" if edit.after is None else "changed"
    if edit.path.startswith(RESULT):
        return f"{line(edit.path)}: {_USED.get(word, word)}"
    kind = TEMPLATE if edit.path.startswith(TEMPLATE) else READS
    label = "template" if kind == TEMPLATE else "file it reads"
    if kind == READS and word == "gone":
        word = "gone, or no longer meant"
    return f"{label} {shown(edit.path.removeprefix(kind))}: {word}"


def _members(path: str, before: list[Json], after: list[Json]) -> str:
    """Say what has come to a list and what is gone from it."""
    come = [value(path, one) for one in after if one not in before]
    gone = [value(path, one) for one in before if one not in after]
    if not come and not gone:
        return "in another order"
    told = [f"{word} {named(names)}" for word, names in (("added", come), ("removed", gone)) if names]
    return "; ".join(told)


def _text(name: str, found: Sequence[textdiff.Hunk], at: str, room: int) -> list[str]:
    head = f"{name}: {textdiff.counted(found)}"
    if textdiff.short(found):
        return [*wrapped(_beside(head, at), room), *(f"  {row}" for row in textdiff.rows(found, room - 2))]
    more = "see --prompt" if name == PROMPT else "see specrun explain"
    return wrapped(_beside(head, f"{at}; {more}" if at else more), room)


def _kept(prompt: Json) -> str:
    """Say a prompt of which only digest and length are kept, or one of the other kind beside it."""
    if isinstance(prompt, dict):
        return f"{prompt.get('characters')} characters"
    return "none" if prompt is None else count(len(str(prompt)), "character")


def _withheld(decision: Decision, found: Sequence[Edit]) -> Iterator[str]:
    """Say what would be done if the task were not withheld, and why where no edits tell that."""
    if decision.would is None:
        return
    reasons = [
        one for one in decision.reasons[1:] if one.code not in _WAITS and not (found and one.code in _TOLD)
    ]
    why = "; ".join(map(reason, reasons))
    yield f"otherwise: {SYMBOLS[decision.would]} {decision.would}" + (f", {why}" if why else "")


def _story(preview: Preview, decision: Decision, found: Sequence[Edit]) -> Iterator[str]:
    if decision.action is Action.MOVE:
        yield "its record and its branch get the new name; nothing runs"
    elif decision.moved_from is not None:
        yield f"formerly {line(decision.moved_from)}"
    if decision.would is not None:
        if decision.hands_on:
            yield "its last success still stands for those that depend on it"
        return
    if decision.action is Action.DEFERRED:
        yield from _condition(preview, decision)
    for one in decision.reasons[1:]:
        if one.code not in _TOLD or not (found or one.code in _WAITS):
            yield reason(one)
    yield from _means(preview, decision)


_WAITS = frozenset({ReasonCode.UPSTREAM_PENDING, ReasonCode.MAX_WORKERS, ReasonCode.RETRY_DELAY})


def _condition(preview: Preview, decision: Decision) -> Iterator[str]:
    """Say on what it hangs whether a task runs at all, where only the end of an upstream tells that."""
    task = preview.task(decision)
    if task is not None and task.when is not None and task.when.met is None:
        at = place(preview.where(task.id, "when"))
        yield _beside(f"only when: {line(task.when.text)}", at)


def _means(preview: Preview, decision: Decision) -> Iterator[str]:
    """Say what an action means for a task where its word alone does not."""
    if decision.action is Action.VERIFY:
        task, run = preview.task(decision), preview.run(decision)
        names = named(line(one.name) for one in task.contract.checks) if task else ""
        on = f" on commit {line(run.commit[:_HEX])}" if run is not None and run.commit else ""
        yield f"no agent starts; its checks run{on}: {names or 'none are left'}"
    elif decision.action is Action.STOP:
        yield _sunk(preview, decision)
    elif decision.action is Action.ADOPT and preview.differences(decision):
        yield "it goes on as it began; what was edited counts after it has ended"
    elif decision.action is Action.PRUNE and decision.ready:
        yield "declared under removed: its record goes, and its branch if that is merged"


def _sunk(preview: Preview, decision: Decision) -> str:
    attempts = preview.world.attempts.get(decision.task_id, ())
    after = "then it starts again" if decision.fingerprint else "it does not start again"
    if decision.reasons and decision.reasons[0].code is ReasonCode.STOP_REQUESTED:
        after = "a person asked for that"
    told = next((_begun(one) for one in reversed(attempts) if one.phase is not Phase.COLLECTED), "")
    return f"{told}; {after}" if told else after


def _begun(attempt: Attempt) -> str:
    began = "not started" if attempt.started_at is None else f"at work since {moment(attempt.started_at)}"
    spent = "" if attempt.spent is None else f", {money(attempt.spent)} so far"
    return f"attempt {attempt.number} is {began}{spent}"


def _spread(decision: Decision, dependents: Mapping[TaskId, Iterable[TaskId]]) -> Iterator[str]:
    """Say who waits for a task, where what becomes of it decides about them."""
    held = decision.action is Action.HOLD and any(one.code in FAILING for one in decision.reasons[:1])
    names = [*map(line, dependents.get(decision.task_id, ()))]
    if names and (held or decision.action in _SPREADING):
        yield f"waited for by {named(names)}"
