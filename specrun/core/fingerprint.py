"""Turns everything that matters to a task into canonical values and three digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from specrun.core.agent import Permissions
from specrun.core.contract import Contract
from specrun.core.impact import CLASSES, INHERITED, UPSTREAM, Impact, impact
from specrun.core.task import Carry, Edge, Json, Retry, Task, TaskId, split_id
from specrun.core.world import CarriedFile, Fingerprint

RECODED: Mapping[int, frozenset[str]] = {2: frozenset({INHERITED})}
"""By version, the components (or endings of them) that are written otherwise since then, or not before.

Of older records they tell nothing.
"""
PROMPT_KEPT = 32 * 1024
"""Prompts up to this many characters are stored whole; of longer ones only digest and length."""


def digest(value: Json) -> str:
    """Answer the hex SHA-256 of the canonical JSON of a value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical_prompt(text: str) -> Json:
    """Answer the prompt without what never matters: trailing blanks, line-end style, final newlines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    plain = "\n".join(line.rstrip() for line in lines).rstrip("\n")
    if len(plain) <= PROMPT_KEPT:
        return plain
    return {"characters": len(plain), "sha256": hashlib.sha256(plain.encode()).hexdigest()}


def carried_digest(carried: Iterable[CarriedFile] | None) -> str:
    """Answer the digest of a task's change; a task without a tree of its own carries a constant."""
    if carried is None:
        return digest(None)
    return digest([[file.path, file.mode, file.blob] for file in sorted(carried, key=lambda file: file.path)])


def components(
    task: Task,
    prompt: str | None,
    carried: Mapping[TaskId, str | None],
    reads: Mapping[str, str] | None = None,
    inherited: Mapping[TaskId, str] = MappingProxyType({}),
) -> dict[str, Json]:
    """Answer all known component values.

    `carried` maps carrying upstreams to digests, None where unknown; `reads` are the files that `task.reads`
    means, as path to mode and blob. `inherited` is what those upstreams had been handed themselves.
    """
    values: dict[str, Json] = {
        "agent": task.agent,
        "edges": [*sorted(_told(edge) for edge in task.edges if edge.carry is not Carry.NONE)],
        "env": dict(task.env),
        "rerun": task.rerun,
        "with": dict(task.with_),
        "workspace": str(task.workspace),
        "budget": None if task.budget is None else str(task.budget),
        "executor": task.executor,
        "idle_timeout": task.limits.idle_timeout,
        "inherit_config": task.inherit_config,
        "log_limit": task.limits.log_bytes,
        "max_turns": task.max_turns,
        "model": task.model,
        "permissions": _permissions(task.permissions),
        "retry": _retry(task.retry),
        "secrets": [*sorted(task.secrets)],
        "timeout": task.limits.timeout,
    }
    values |= _asked(task.contract)
    values |= {"when": task.when.text} if task.when is not None else {}
    values |= {"sources": dict(task.sources)} if task.sources else {}
    values |= {"reads": dict(sorted(reads.items()))} if task.reads and reads is not None else {}
    values |= {"prompt": canonical_prompt(prompt)} if prompt is not None else {}
    return values | _received(carried, inherited)


def _received(carried: Mapping[TaskId, str | None], inherited: Mapping[TaskId, str]) -> dict[str, Json]:
    """Answer what upstreams hand on, as far as it is known."""
    values: dict[str, Json] = {}
    for upstream, value in carried.items():
        name = UPSTREAM + split_id(upstream)[1]
        if value is not None:
            values[name] = value
            values |= {name + INHERITED: inherited[upstream]} if inherited.get(upstream) else {}
    return values


def handed(print_: Fingerprint) -> str:
    """Answer the digest of what a task had been handed, and so hands on with its branch; "" for nothing."""
    values = sorted(str(value) for name, value in print_.components.items() if name.startswith(UPSTREAM))
    return digest([*values]) if values else ""


def _permissions(told: Permissions) -> Json:
    return [str(told.mode), [*sorted(told.allow)], [*sorted(told.deny)]]


def _retry(told: Retry) -> Json:
    return [
        told.limit,
        [*sorted(map(str, told.on))],
        told.delay,
        told.factor,
        told.max_delay,
        str(told.strategy),
        *([told.jitter] if told.jitter else []),
    ]


def _asked(contract: Contract) -> dict[str, Json]:
    """Answer what a contract asks for; what it does not ask is left out, so that older records still fit."""
    judge = contract.judge
    values: dict[str, Json] = {}
    if contract.touches:
        values["touches"] = [*sorted(contract.touches)]
    if contract.outputs is not None:
        values["outputs"] = dict(contract.outputs)
    if judge is not None:
        values["judge"] = [[*sorted(judge.passing)], [*sorted(judge.failing)]]
    if judge is not None and judge.rewind is not None:
        values["rewind"] = [judge.rewind.to, judge.rewind.limit]
    if contract.checks:
        protect: Json = None if contract.protect is None else [*contract.protect]
        values["checks"] = [[check.name, check.run, check.path] for check in contract.checks]
        values["protect"] = [protect, [[path, kind] for path, kind in contract.kinds]]
    return values


def _told(edge: Edge) -> str:
    return f"{split_id(edge.upstream)[1]}:{edge.carry}"


def fingerprint(
    task: Task,
    prompt: str | None,
    carried: Mapping[TaskId, str | None],
    reads: Mapping[str, str] | None = None,
    inherited: Mapping[TaskId, str] = MappingProxyType({}),
) -> Fingerprint:
    """Answer the fingerprint; without a prompt or with an unknown upstream its work digest stays empty."""
    values = components(task, prompt, carried, reads, inherited)
    late = [UPSTREAM + split_id(name)[1] for name, value in carried.items() if value is None]
    unknown = tuple(late)
    if task.reads and reads is None:
        unknown = ("reads", *unknown)
    if prompt is None:
        unknown = ("prompt", *unknown)
    return Fingerprint(
        work="" if unknown else class_digest(values, Impact.WORK),
        verify=class_digest(values, Impact.VERIFY),
        live=class_digest(values, Impact.LIVE),
        components=values,
        unknown=unknown,
    )


def reverified(before: Fingerprint, task: Task) -> Fingerprint:
    """Answer a fingerprint whose verify part is that of the task as it is asked for now."""
    now = components(task, None, {})
    kept = {
        name: value for name, value in before.components.items() if CLASSES.get(name) is not Impact.VERIFY
    }
    asked = {name: value for name, value in now.items() if CLASSES.get(name) is Impact.VERIFY}
    values = {**kept, **asked}
    return replace(before, verify=class_digest(asked, Impact.VERIFY), components=values)


def class_digest(values: Mapping[str, Json], wanted: Impact) -> str:
    """Answer the digest over the components of one class."""
    return digest({name: value for name, value in values.items() if impact(name) is wanted})


def changed(new: Fingerprint, old: Fingerprint, wanted: Impact = Impact.WORK) -> tuple[str, ...]:
    """Answer the known components of a class that differ, most telling first."""
    names = {name for name in (*new.components, *old.components) if _is(name, wanted)}
    dropped = (*new.unknown, *recoded(old.version, new.version))
    names = {name for name in names if not _dropped(name, dropped)}
    missing = object()
    different = (
        name for name in names if new.components.get(name, missing) != old.components.get(name, missing)
    )
    return tuple(sorted(different, key=lambda name: (name.startswith(UPSTREAM), name != "prompt", name)))


def same(new: Fingerprint, old: Fingerprint, wanted: Impact) -> bool:
    """Whether two fingerprints agree in a class, be one of them written by another version."""
    if new.version == old.version:
        return _digest_of(new, wanted) == _digest_of(old, wanted)
    return not (wanted is Impact.WORK and new.unknown) and not changed(new, old, wanted)


def renamed(old: Fingerprint, names: Mapping[str, str]) -> Fingerprint:
    """Answer a fingerprint with other ids of upstreams; `names` maps former ids to present ones."""
    values = {_renamed_key(name, names): value for name, value in old.components.items()}
    if isinstance(edges := values.get("edges"), list):
        values["edges"] = [*sorted(_renamed_edge(str(edge), names) for edge in edges)]
    if isinstance(rewind := values.get("rewind"), list) and rewind and str(rewind[0]) in names:
        values["rewind"] = [names[str(rewind[0])], *rewind[1:]]
    return old if values == old.components else _with(old, values)


def with_value(old: Fingerprint, name: str, value: Json) -> Fingerprint:
    """Answer a fingerprint with another value of one of its components."""
    return old if old.components.get(name) == value else _with(old, {**old.components, name: value})


def _with(old: Fingerprint, values: Mapping[str, Json]) -> Fingerprint:
    known = {name: value for name, value in values.items() if name.startswith(UPSTREAM) or name in CLASSES}
    return replace(
        old,
        work=class_digest(known, Impact.WORK) if old.work else "",
        live=class_digest(known, Impact.LIVE),
        components=values,
    )


def _renamed_key(name: str, names: Mapping[str, str]) -> str:
    upstream, slash, rest = name.removeprefix(UPSTREAM).partition("/")
    return (
        UPSTREAM + names[upstream] + slash + rest if name.startswith(UPSTREAM) and upstream in names else name
    )


def _renamed_edge(edge: str, names: Mapping[str, str]) -> str:
    upstream, colon, carry = edge.partition(":")
    return names.get(upstream, upstream) + colon + carry


def _digest_of(print_: Fingerprint, wanted: Impact) -> str:
    return {Impact.WORK: print_.work, Impact.VERIFY: print_.verify, Impact.LIVE: print_.live}[wanted]


def _dropped(name: str, dropped: Sequence[str]) -> bool:
    """Whether a component is among those; what an upstream inherited is known when what it carried is."""
    return (
        name in dropped
        or name.removesuffix(INHERITED) in dropped
        or (name.endswith(INHERITED) and INHERITED in dropped)
    )


def recoded(old: int, new: int) -> frozenset[str]:
    """Answer the components that two versions write in different ways."""
    between = (names for version, names in RECODED.items() if min(old, new) < version <= max(old, new))
    return frozenset().union(*between)


def _is(name: str, wanted: Impact) -> bool:
    # A record written by a later specrun may hold components that this one does not know.
    return (name.startswith(UPSTREAM) and wanted is Impact.WORK) or CLASSES.get(name) is wanted
