"""What work has to show, as values: names of checks become commands, words of judges their meaning."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.project import COMMANDS, Project
from specrun.spec.schema import TaskDoc
from specrun.spec.schema_proof import CheckDoc, JudgeDoc


@dataclass(frozen=True, slots=True)
class Shelf:
    """The checks that a spec may name, and the types of its projects by folder.

    A command of the project at the top goes by its own name, as does that of all projects together;
    that of one in a folder alone is `folder/name`.
    """

    named: Mapping[str, tuple[Check, ...]]
    kinds: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, projects: Sequence[Project]) -> Shelf:
        """Put the commands of all projects on it."""
        every = [check for project in projects for check in _checks(project)]
        together = {
            name: tuple(check for check in every if posixpath.basename(check.name) == name)
            for name in COMMANDS
        }
        alone = {check.name: (check,) for check in every if check.path}
        kinds = tuple((project.path, project.kind) for project in projects if project.kind)
        return cls({**{name: found for name, found in together.items() if found}, **alone}, kinds)

    def checks(self, written: str | CheckDoc) -> tuple[Check, ...]:
        """Answer what one item of `checks` stands for, nothing for an unknown name."""
        if isinstance(written, str):
            return self.named.get(written, ())
        path = posixpath.normpath(written.path or ".")
        return (Check(name=written.name, run=written.run, path="" if path == "." else path),)

    def contract(
        self, doc: TaskDoc, checks: Sequence[str | CheckDoc], protect: Sequence[str] | None
    ) -> Contract:
        """Answer the whole contract of a task, for which its levels say `checks` and `protect`."""
        return Contract(
            checks=tuple(check for written in checks for check in self.checks(written)),
            protect=None if protect is None else tuple(protect),
            kinds=self.kinds,
            touches=tuple(doc.touches or ()),
            outputs=doc.outputs,
            judge=_judge(doc.judge) if doc.judge else None,
        )


def _checks(project: Project) -> list[Check]:
    above = f"{project.path}/" if project.path else ""
    return [
        Check(name=f"{above}{name}", run=run, path=project.path) for name, run in project.commands.items()
    ]


def _judge(doc: JudgeDoc) -> Judge:
    rewind = Rewind(to=doc.rewind.to, limit=doc.rewind.limit) if doc.rewind else None
    return Judge(passing=tuple(doc.pass_), failing=tuple(doc.fail), rewind=rewind)
