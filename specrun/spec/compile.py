"""Documents to meaning: defaults filled in from the nearest level, ids made addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from specrun.core.task import (
    Carry,
    Edge,
    Limits,
    OnChange,
    Retry,
    RetryOn,
    Spec,
    Task,
    TaskId,
    When,
    Workspace,
)
from specrun.errors import Where
from specrun.spec.schema import NONE, BudgetDoc, DomainDoc, RetryDoc, SettingsDoc, SharedDoc, SpecDoc, TaskDoc
from specrun.spec.units import dollars, seconds, size

TIMEOUT = "1h"
LOG_LIMIT = "64MiB"
MAX_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Levels:
    """The documents that may set a value for one task, nearest first."""

    docs: tuple[SharedDoc, ...]

    def agent(self) -> str | None:
        """Answer the nearest agent."""
        return next((doc.agent for doc in self.docs if doc.agent), None)

    def executor(self) -> str | None:
        """Answer the nearest executor, None to leave it to the machine."""
        return next((doc.executor for doc in self.docs if doc.executor), None)

    def workspace(self) -> Workspace:
        """Answer the nearest workspace."""
        return Workspace(next((doc.workspace for doc in self.docs if doc.workspace), Workspace.CLONE.value))

    def env(self) -> dict[str, str]:
        """Answer the variables of all levels; a nearer one replaces its namesake."""
        return {name: value for doc in reversed(self.docs) for name, value in doc.env.items()}

    def secrets(self) -> tuple[str, ...]:
        """Answer the names of all levels, sorted."""
        return tuple(sorted({name for doc in self.docs for name in doc.secrets}))

    def retry(self) -> Retry:
        """Answer the nearest retry as a whole."""
        doc = next((doc.retry for doc in self.docs if doc.retry), None)
        return _retry(doc) if doc else Retry()

    def limits(self) -> Limits:
        """Answer each cap from the nearest level that sets it."""
        timeout = next((doc.timeout for doc in self.docs if doc.timeout), TIMEOUT)
        idle = next((doc.idle_timeout for doc in self.docs if doc.idle_timeout), NONE)
        log = next((doc.log_limit for doc in self.docs if doc.log_limit), LOG_LIMIT)
        return Limits(timeout=_cap(timeout), idle_timeout=_cap(idle), log_bytes=size(log))


def _cap(text: str) -> float | None:
    return None if text == NONE else seconds(text)


def _retry(doc: RetryDoc) -> Retry:
    return Retry(
        limit=doc.limit,
        on=frozenset(RetryOn(word) for word in doc.on),
        delay=seconds(doc.delay),
        factor=doc.factor,
        max_delay=seconds(doc.max_delay) if doc.max_delay else None,
    )


def levels(task: TaskDoc, domain: DomainDoc | None, spec: SpecDoc, settings: SettingsDoc | None) -> Levels:
    """Answer the levels of a task, nearest first."""
    return Levels(tuple(doc for doc in (task, domain, spec, settings) if doc is not None))


def domains(spec: SpecDoc, settings: SettingsDoc | None) -> dict[str, DomainDoc]:
    """Answer the domains that a spec knows; its own replace those of the settings."""
    return {**(settings.domains if settings else {}), **spec.domains}


def compile_spec(doc: SpecDoc, settings: SettingsDoc | None, path: str) -> Spec:
    """Answer what holds for all tasks of a spec."""
    workers = next((each.max_workers for each in (doc, settings) if each and each.max_workers), MAX_WORKERS)
    known = domains(doc, settings)
    return Spec(
        name=doc.name,
        path=path,
        description=doc.description,
        max_workers=workers,
        domain_workers={name: each.max_workers for name, each in known.items() if each.max_workers},
        on_change_while_running=OnChange(doc.on_change_while_running),
        budget=_money(doc, settings, "limit"),
    )


def _money(doc: SpecDoc, settings: SettingsDoc | None, key: str) -> Decimal | None:
    budgets: tuple[BudgetDoc | None, ...] = (doc.budget, settings.budget if settings else None)
    amount: str | None = next((getattr(each, key) for each in budgets if each and getattr(each, key)), None)
    return dollars(amount) if amount else None


def address(spec: str, task: str) -> TaskId:
    """Answer `spec/task`."""
    return TaskId(f"{spec}/{task}")


def edges(spec: str, doc: TaskDoc) -> tuple[Edge, ...]:
    """Answer the edges of a task, sorted by upstream so that their order in the file means nothing."""
    return tuple(
        Edge(
            upstream=address(spec, name),
            on=When(detail.on) if detail else When.SUCCEEDED,
            carry=Carry(detail.carry) if detail else Carry.ALL,
        )
        for name, detail in sorted(doc.depends_on.items())
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the tasks of one spec share while they are compiled."""

    doc: SpecDoc
    settings: SettingsDoc | None
    domains: Mapping[str, DomainDoc]
    per_task: Decimal | None

    @classmethod
    def of(cls, doc: SpecDoc, settings: SettingsDoc | None) -> Setting:
        """Work out what is the same for all tasks."""
        return cls(
            doc=doc,
            settings=settings,
            domains=domains(doc, settings),
            per_task=_money(doc, settings, "per_task"),
        )

    def compile_task(self, name: str, where: Where, prompt: str | None) -> Task:
        """Answer one task as meant; `prompt` is None where it has run-time values."""
        doc = self.doc.tasks[name]
        near = levels(doc, self.domains.get(doc.domain or ""), self.doc, self.settings)
        return Task(
            id=address(self.doc.name, name),
            where=where,
            agent=near.agent() or "",
            prompt=prompt,
            title=doc.title,
            domain=doc.domain,
            executor=near.executor(),
            workspace=near.workspace(),
            edges=edges(self.doc.name, doc),
            env=near.env(),
            secrets=near.secrets(),
            with_=doc.with_,
            limits=near.limits(),
            retry=near.retry(),
            budget=self.per_task,
            priority=doc.priority,
            rerun=doc.rerun,
        )
