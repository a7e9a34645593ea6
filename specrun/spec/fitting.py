"""Checks that each task asks of its agent only what that agent can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specrun.core.agent import Declaration, Mode, Price, Traits
from specrun.core.briefing import leaves
from specrun.core.task import Task
from specrun.errors import Problem
from specrun.spec.compile import Setting
from specrun.spec.places import Place, Places
from specrun.spec.text import quoted

CAPS = ("per_task", "limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """The tasks of one spec beside the agents that there are."""

    places: Places

    @property
    def setting(self) -> Setting:
        """What the tasks share."""
        return self.places.setting

    def check(self, tasks: Mapping[str, Task]) -> list[Problem]:
        """Answer what agents cannot do, once for each agent where many tasks inherit the same value."""
        answers: dict[tuple[str, str, str], Problem] = {}
        for name, task in tasks.items():
            traits = self.setting.traits.get(task.agent)
            for problem in self._misfits(name, task, traits) if traits else ():
                answers.setdefault((str(problem.where), problem.code, task.agent), problem)
        return list(answers.values())

    def _misfits(self, name: str, task: Task, traits: Traits) -> Iterator[Problem]:
        who = f'agent "{task.agent}" of task "{name}"'
        model = None if task.model is None or traits.models else self.places.written(name, "model")
        if model:
            yield model.problem("E215", f"{who} takes no model", "remove it, or choose another agent")
        counted = traits.turns and not (traits.turns_isolated and task.inherit_config)
        turns = None if task.max_turns is None or counted else self.places.written(name, "max_turns")
        # Where no model is asked, a cap that the whole spec has is held by itself.
        if turns and (turns.own or traits.price is not Price.FREE):
            told = " with `inherit_config: true`" if traits.turns else ""
            yield turns.problem("E215", f"{who} counts no turns{told}", "remove it, or choose another agent")
        yield from self._permissions(name, task, traits, who)
        if traits.price is Price.UNKNOWN and not self.setting.unknown_price:
            yield from self._priced(who)

    def _permissions(self, name: str, task: Task, traits: Traits, who: str) -> Iterator[Problem]:
        mode, modes = task.permissions.mode, self._modes(task.agent, traits)
        if mode not in modes:
            place = self.places.written(name, "permissions", "mode") or self.places.task(name)
            what = f'{who} cannot be held to mode "{mode}"'
            known = ", ".join(sorted(modes))
            yield place.problem(
                "E215", what, "write another mode on the task, or choose another agent", known
            )
        elif mode is Mode.READ and leaves(task.contract) and not (traits.structured or traits.hands_in):
            place = self.places.written(name, "permissions", "mode") or self.places.task(name)
            thing = "a verdict" if task.contract.judge else "an output"
            what = f'{who} could not leave {thing} in mode "{mode}"'
            yield place.problem("E215", what, "write another mode on the task, or choose another agent")
        for key in ("allow", "deny"):
            asked = getattr(task.permissions, key) and not traits.rules
            rules = self.places.written(name, "permissions", key) if asked else None
            if rules:
                fix = "remove it" if rules.own else f"write `permissions: {{{key}: []}}` on the task"
                yield rules.problem("E215", f"{who} takes no rules", fix)

    def _modes(self, agent: str, traits: Traits) -> frozenset[Mode]:
        declared = self.setting.agents.get(agent)
        # A declaration without modes says nothing that would keep the CLI from writing.
        if isinstance(declared, Declaration) and not declared.permissions:
            return traits.modes - {Mode.READ}
        return traits.modes

    def _priced(self, who: str) -> Iterator[Problem]:
        for key in CAPS:
            for text, root in filter(None, (self.places.spec, self.places.settings)):
                cap = (root.get("budget") or root).get(key)
                if cap is not None and root.get("budget"):
                    what = f"{who} tells no cost, so {key} {quoted(cap.text())} cannot hold"
                    fix = "write `unknown_price: allow` beside it to let such agents run uncapped"
                    yield Place(text, cap).problem("E217", what, fix)
                    break
