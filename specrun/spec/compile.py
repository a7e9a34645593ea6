"""Documents to meaning: defaults filled in from the nearest level, ids made addresses."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from specrun.core.agent import Adjustment, Declaration, Mode, Permissions, Traits
from specrun.core.project import Project
from specrun.core.routing import Routing, Rule, route
from specrun.core.task import (
    Carry,
    Edge,
    Limits,
    OnChange,
    Retry,
    RetryOn,
    Spec,
    Strategy,
    Task,
    TaskId,
    When,
    Workspace,
)
from specrun.errors import Where
from specrun.spec.contracts import Shelf
from specrun.spec.fields import NONE
from specrun.spec.prompts import Checked
from specrun.spec.schema import DomainDoc, FileDoc, SharedDoc, SpecDoc, TaskDoc
from specrun.spec.schema_limits import RetryDoc
from specrun.spec.schema_proof import CheckDoc
from specrun.spec.sense_past import final
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

    def max_turns(self) -> int | None:
        """Answer the nearest cap of turns."""
        return next((doc.max_turns for doc in self.docs if doc.max_turns), None)

    def checks(self) -> list[str | CheckDoc]:
        """Answer the nearest list of checks; an empty one switches off."""
        return next((doc.checks for doc in self.docs if doc.checks is not None), [])

    def protect(self) -> list[str] | None:
        """Answer the nearest list of protected files, None where nobody says anything."""
        return next((doc.protect for doc in self.docs if doc.protect is not None), None)

    def inherit_config(self) -> bool:
        """Answer the nearest word on whose configuration the agent uses."""
        return next((doc.inherit_config for doc in self.docs if doc.inherit_config is not None), False)

    def permissions(self) -> Permissions:
        """Answer mode and rules, each from the nearest level that sets it."""
        found = [doc.permissions for doc in self.docs if doc.permissions]
        return Permissions(
            mode=Mode(next((doc.mode for doc in found if doc.mode), Mode.EDIT)),
            allow=tuple(next((doc.allow for doc in found if doc.allow is not None), ())),
            deny=tuple(next((doc.deny for doc in found if doc.deny is not None), ())),
        )


def _cap(text: str) -> float | None:
    return None if text == NONE else seconds(text)


def _retry(doc: RetryDoc) -> Retry:
    return Retry(
        limit=doc.limit,
        on=frozenset(RetryOn(word) for word in doc.on),
        delay=seconds(doc.delay),
        factor=doc.factor,
        max_delay=seconds(doc.max_delay) if doc.max_delay else None,
        jitter=doc.jitter,
        strategy=Strategy(doc.strategy),
    )


def levels(task: TaskDoc, domain: DomainDoc | None, spec: SpecDoc, settings: FileDoc | None) -> Levels:
    """Answer the levels of a task, nearest first."""
    return Levels(tuple(doc for doc in (task, domain, spec, settings) if doc is not None))


def domains(spec: SpecDoc, settings: FileDoc | None) -> dict[str, DomainDoc]:
    """Answer the domains that a spec knows; its own replace those of the settings."""
    return {**(settings.domains if settings else {}), **spec.domains}


def compile_spec(
    doc: SpecDoc, settings: FileDoc | None, path: str, projects: tuple[Project, ...] = ()
) -> Spec:
    """Answer what holds for all tasks of a spec."""
    workers = next((each.max_workers for each in (doc, settings) if each and each.max_workers), MAX_WORKERS)
    known = domains(doc, settings)
    return Spec(
        name=doc.name,
        path=path,
        description=doc.description,
        checklist=posixpath.normpath(doc.checklist) if doc.checklist else "",
        max_workers=workers,
        domain_workers={name: each.max_workers for name, each in known.items() if each.max_workers},
        on_change_while_running=OnChange(doc.on_change_while_running),
        budget=_money(doc, settings, "limit"),
        projects=projects,
        moved=_moved(doc),
        removed=tuple(sorted(doc.removed)),
    )


def _moved(doc: SpecDoc) -> tuple[tuple[str, str], ...]:
    """Answer where each former id leads in the end; of those of one task the latest comes last."""
    nexts = {move.from_: move.to for move in doc.moved}
    ends = {former: final(former, nexts) for former in nexts}
    ordered = sorted(ends, key=lambda former: (ends[former][0], -ends[former][1], former))
    return tuple((former, ends[former][0]) for former in ordered)


def _nearest(doc: SpecDoc, settings: FileDoc | None, key: str, below: str) -> str | None:
    """Answer what the spec, else the settings, say below a key that only they have."""
    said = (getattr(getattr(each, key), below, None) for each in (doc, settings) if each)
    return next((value for value in said if value), None)


def _money(doc: SpecDoc, settings: FileDoc | None, key: str) -> Decimal | None:
    amount = _nearest(doc, settings, "budget", key)
    return dollars(amount) if amount else None


def _routing(doc: SpecDoc, settings: FileDoc | None) -> Routing:
    rules = (rule for each in (doc, settings) if each and each.models for rule in each.models.rules)
    return Routing(
        rules=tuple(
            Rule(
                model=rule.model,
                match=tuple(rule.match or ()),
                complexity=rule.complexity,
                domain=rule.domain,
            )
            for rule in rules
        ),
        default=_nearest(doc, settings, "models", "default"),
    )


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
    settings: FileDoc | None
    domains: Mapping[str, DomainDoc]
    per_task: Decimal | None
    unknown_price: bool
    """Whether agents that tell no cost may run although money is capped."""
    routing: Routing
    agents: Mapping[str, Declaration | Adjustment]
    traits: Mapping[str, Traits]
    shelf: Shelf

    @classmethod
    def of(
        cls,
        doc: SpecDoc,
        settings: FileDoc | None,
        agents: Mapping[str, Declaration | Adjustment],
        traits: Mapping[str, Traits],
        projects: Sequence[Project] = (),
    ) -> Setting:
        """Work out what is the same for all tasks; `traits` are those of every agent, declared or not."""
        return cls(
            doc=doc,
            settings=settings,
            domains=domains(doc, settings),
            per_task=_money(doc, settings, "per_task"),
            unknown_price=_nearest(doc, settings, "budget", "unknown_price") == "allow",
            routing=_routing(doc, settings),
            agents=agents,
            traits=traits,
            shelf=Shelf.of(projects),
        )

    def compile_task(self, name: str, where: Where, checked: Checked, written: str = "") -> Task:
        """Answer one task as meant; `written` is its prompt where that has run-time values."""
        doc = self.doc.tasks[name]
        near = levels(doc, self.domains.get(doc.domain or ""), self.doc, self.settings)
        agent = near.agent() or ""
        prompt = None if checked.tasks else checked.text
        return Task(
            id=address(self.doc.name, name),
            where=where,
            agent=agent,
            prompt=prompt,
            title=doc.title,
            item=doc.item or "",
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
            model=self._model(doc, agent, written if prompt is None else prompt),
            max_turns=near.max_turns(),
            permissions=near.permissions(),
            inherit_config=near.inherit_config(),
            priority=doc.priority,
            rerun=doc.rerun,
            contract=self.shelf.contract(doc, near.checks(), near.protect()),
            reads=tuple(doc.reads or ()),
            when=checked.when,
            enabled=doc.enabled,
            freeze=doc.freeze,
            labels=tuple(doc.labels),
            sources=checked.sources,
        )

    def _model(self, doc: TaskDoc, agent: str, text: str) -> str | None:
        domain = self.domains.get(doc.domain or "")
        said = doc.model or (domain.model if domain else None)
        if said or not (agent in self.traits and self.traits[agent].models):
            return said
        text = f"{doc.title}\n{text}"
        return route(self.routing, text=text, complexity=doc.complexity, domain=doc.domain)
