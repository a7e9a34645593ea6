"""Turns selectors such as `--target` and `--failed` into the set of tasks that a command is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from specrun.core.graph import downstream
from specrun.core.select import expand, fits
from specrun.core.task import Task, TaskId
from specrun.errors import UsageProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """What was asked for on the command line, as it was written; `names` are the plain arguments of a verb.

    `target` brings what a task depends on, `from_` what depends on it, `until` what it depends on (with
    `from_` what lies between), `names` and `only` nothing. `failed`, `changed`, `label` and `domain` narrow
    that down, `replace` marks what is to run once more, and `exclude` takes out tasks and all that depend on
    them, whatever else is said.
    """

    names: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    from_: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    failed: bool = False
    changed: bool = False
    label: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def naming(self) -> bool:
        """Whether tasks are named, so that it is not about all of them."""
        return bool(self.names or self.target or self.only or self.from_ or self.until)

    @property
    def filtering(self) -> bool:
        """Whether it is only about tasks of some kind."""
        return self.failed or self.changed or bool(self.label or self.domain)

    @property
    def narrowing(self) -> bool:
        """Whether anything may be left out."""
        return self.naming or self.filtering or bool(self.exclude)

    @property
    def closing(self) -> bool:
        """Whether it takes the graph to tell what is meant."""
        return bool(self.target or self.from_ or self.until or self.exclude)

    @property
    def words(self) -> tuple[str, ...]:
        """What was asked for, in the same words whatever the order it was given in."""
        told = [*_sorted(self.names)]
        for flag in ("target", "only", "from_", "until"):
            told += [f"--{flag.rstrip('_')} {name}" for name in _sorted(getattr(self, flag))]
        told += [f"--{flag}" for flag in ("failed", "changed") if getattr(self, flag)]
        for flag in ("label", "domain", "replace", "exclude"):
            told += [f"--{flag} {name}" for name in _sorted(getattr(self, flag))]
        return tuple(told)


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What can be selected: all `known` tasks, gone ones too, and those that `failed` and `changed` mean."""

    tasks: Mapping[TaskId, Task]
    known: tuple[TaskId, ...]
    failed: frozenset[TaskId] = frozenset()
    changed: frozenset[TaskId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What selectors mean: tasks, those of them to run once more, and those that are to and are left out."""

    selected: frozenset[TaskId]
    replace: frozenset[TaskId]
    dropped: frozenset[TaskId]


def pick(asked: Selectors, ground: Ground) -> Picked:
    """Answer what selectors mean. Raises UsageProblem for names of no task.

    Filters never add anything: what is to run once more has to pass them, too.
    """
    marked = frozenset(expand(asked.replace, ground.known))
    base = _named(asked, ground) | marked if asked.naming else frozenset(ground.known)
    selected = _filtered(asked, ground, base) - excluded(asked, ground)
    return Picked(selected=selected, replace=marked & selected, dropped=marked - selected)


def excluded(asked: Selectors, ground: Ground) -> frozenset[TaskId]:
    """Answer what is out whatever else is said: tasks, and all that depend on them."""
    return downstream(ground.tasks, frozenset(expand(asked.exclude, ground.known)))


def upstream(tasks: Mapping[TaskId, Task], roots: frozenset[TaskId]) -> frozenset[TaskId]:
    """Answer the roots and everything that they depend on, however far."""
    found = set(roots)
    queue = list(roots)
    while queue:
        task = tasks.get(queue.pop())
        for edge in task.edges if task else ():
            if edge.upstream not in found and edge.upstream in tasks:
                found.add(edge.upstream)
                queue.append(edge.upstream)
    return frozenset(found)


def unheard(asked: Selectors, ground: Ground) -> tuple[tuple[str, str], ...]:
    """Answer the labels and domains that no task has, each with the nearest one that some task has."""
    tasks = ground.tasks.values()
    labels = {label for task in tasks for label in task.labels}
    domains = {task.domain for task in tasks if task.domain is not None}
    return tuple(
        (f"--{flag} {word}", next(iter(get_close_matches(word, sorted(there), 1)), ""))
        for flag, words, there in (("label", asked.label, labels), ("domain", asked.domain, domains))
        for word in _sorted(words)
        if not any(fits(word, one) for one in there)
    )


def _named(asked: Selectors, ground: Ground) -> frozenset[TaskId]:
    tasks, known = ground.tasks, ground.known
    plain = frozenset(expand((*asked.names, *asked.only), known))
    above = upstream(tasks, frozenset(expand(asked.target, known)))
    below = downstream(tasks, frozenset(expand(asked.from_, known)))
    before = upstream(tasks, frozenset(expand(asked.until, known)))
    way = below & before if asked.from_ and asked.until else below | before
    if asked.from_ and asked.until and not way:
        first, last = ", ".join(_sorted(asked.from_)), ", ".join(_sorted(asked.until))
        raise UsageProblem(
            f"no task lies on the way from {first} to {last}",
            "name with --from a task that the one of --until depends on",
        )
    return plain | above | way


def _filtered(asked: Selectors, ground: Ground, base: frozenset[TaskId]) -> frozenset[TaskId]:
    if asked.failed:
        base &= ground.failed
    if asked.changed:
        base &= ground.changed
    if asked.label:
        base = frozenset(one for one in base if _labelled(asked.label, ground.tasks.get(one)))
    if asked.domain:
        base = frozenset(one for one in base if _within(asked.domain, ground.tasks.get(one)))
    return base


def _labelled(words: Iterable[str], task: Task | None) -> bool:
    return task is not None and any(fits(word, label) for word in words for label in task.labels)


def _within(words: Iterable[str], task: Task | None) -> bool:
    return task is not None and task.domain is not None and any(fits(word, task.domain) for word in words)
