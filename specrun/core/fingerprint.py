"""Turns everything that matters to a task into canonical values and three digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from specrun.core.contract import Contract
from specrun.core.impact import CLASSES, UPSTREAM, Impact, impact
from specrun.core.task import Carry, Edge, Json, Task, TaskId, split_id
from specrun.core.world import CarriedFile, Fingerprint

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


def components(task: Task, prompt: str | None, carried: Mapping[TaskId, str | None]) -> dict[str, Json]:
    """Answer all known component values; `carried` maps carrying upstreams to digests, None where unknown."""
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
        "permissions": [
            str(task.permissions.mode),
            [*sorted(task.permissions.allow)],
            [*sorted(task.permissions.deny)],
        ],
        "retry": [
            task.retry.limit,
            [*sorted(map(str, task.retry.on))],
            task.retry.delay,
            task.retry.factor,
            task.retry.max_delay,
            str(task.retry.strategy),
            *([task.retry.jitter] if task.retry.jitter else []),
        ],
        "secrets": [*sorted(task.secrets)],
        "timeout": task.limits.timeout,
    }
    values |= _asked(task.contract)
    if prompt is not None:
        values["prompt"] = canonical_prompt(prompt)
    for upstream, value in carried.items():
        if value is not None:
            values[UPSTREAM + split_id(upstream)[1]] = value
    return values


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


def fingerprint(task: Task, prompt: str | None, carried: Mapping[TaskId, str | None]) -> Fingerprint:
    """Answer the fingerprint; without a prompt or with an unknown upstream its work digest stays empty."""
    values = components(task, prompt, carried)
    unknown = tuple(UPSTREAM + split_id(name)[1] for name, value in carried.items() if value is None)
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


def changed(new: Fingerprint, old: Fingerprint) -> tuple[str, ...]:
    """Answer the known work components that differ, most telling first."""
    names = {name for name in (*new.components, *old.components) if _is_work(name)} - set(new.unknown)
    missing = object()
    different = (
        name for name in names if new.components.get(name, missing) != old.components.get(name, missing)
    )
    return tuple(sorted(different, key=lambda name: (name.startswith(UPSTREAM), name != "prompt", name)))


def _is_work(name: str) -> bool:
    # A record written by a later specrun may hold components that this one does not know.
    return name.startswith(UPSTREAM) or CLASSES.get(name) is Impact.WORK
