"""Checks what contracts say of other things: of commands, of upstreams and of workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specrun.core.project import COMMANDS
from specrun.core.task import Carry, Workspace
from specrun.errors import Problem
from specrun.spec.compile import Setting, levels
from specrun.spec.places import Place, Places
from specrun.spec.projects import Survey
from specrun.spec.schema import TaskDoc
from specrun.spec.schema_proof import RewindDoc
from specrun.spec.text import quoted
from specrun.spec.vocabulary import meant, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """The contracts of the tasks of one spec beside the projects that there are."""

    places: Places
    survey: Survey

    @property
    def setting(self) -> Setting:
        """What the tasks share."""
        return self.places.setting

    def check(self) -> Iterator[Problem]:
        """Answer what cannot be."""
        if self.survey.sure:
            yield from self._checks()
        for name, doc in self.setting.doc.tasks.items():
            if doc.touches:
                yield from self._touches(name, doc)
            if doc.judge and self._workspace(doc) is Workspace.NONE:
                place = self.places.task(name, "judge")
                what = (
                    f"task {quoted(name)} judges, and its edits could not be thrown away in the repo itself"
                )
                yield place.problem("E214", what, "write `workspace: clone` on it")
            if doc.judge and doc.judge.rewind:
                yield from self._rewind(name, doc.judge.rewind)

    def _touches(self, name: str, doc: TaskDoc) -> Iterator[Problem]:
        place = self.places.task(name, "touches")
        if doc.judge:
            what = f"task {quoted(name)} judges, and what it changes is thrown away"
            yield place.problem("E214", what, "remove `touches`")
        elif self._workspace(doc) is Workspace.NONE:
            what = f"touches of task {quoted(name)} cannot be held: it works in the repo itself"
            yield place.problem("E214", what, "remove it, or write `workspace: clone`")

    def _checks(self) -> Iterator[Problem]:
        tasks = self.setting.doc.tasks.items()
        own = [name for name, doc in tasks if doc.checks is not None]
        # Of the tasks of one domain that say nothing themselves, one stands for all.
        heirs = {doc.domain: name for name, doc in tasks if doc.checks is None}
        for name in (*own, *heirs.values()):
            checks = self.places.written(name, "checks")
            if checks is not None:
                yield from self._names(checks)

    def _workspace(self, doc: TaskDoc) -> Workspace:
        domain = self.setting.domains.get(doc.domain or "")
        return levels(doc, domain, self.setting.doc, self.setting.settings).workspace()

    def _names(self, checks: Place) -> Iterator[Problem]:
        written = checks.level.checks if checks.level is not None else None
        seen: dict[str, str] = {}
        for form, node in zip(written or (), checks.node.items(), strict=False):
            name = form if isinstance(form, str) else form.name
            found = [check.name for check in self.setting.shelf.checks(form)]
            if not found:
                yield checks.at(node).problem("E209", *self._unknown(name))
            twice = next((one for one in found if one in seen), None)
            if twice is not None:
                whole = next((one for one in (name, seen[twice]) if one != twice), "")
                what = f"check {quoted(twice)} is named twice" + (
                    f", {quoted(whole)} holds it" if whole else ""
                )
                yield checks.at(node).problem("E203", what, "remove one of them")
            seen |= dict.fromkeys(found, name)

    def _unknown(self, name: str) -> tuple[str, str]:
        """Answer what is wrong with the name of a check, and what to do."""
        what, known = f"unknown check {quoted(name)}", self.setting.shelf.named
        own = f"write the check itself as {{name: {name if name in COMMANDS else 'NAME'}, run: …}}"
        if not self.survey.projects:
            return f"{what}: no project was found here", f"write `project: python` or another type, or {own}"
        if nearest(name, known):
            return what, meant(name, known)
        if name in COMMANDS:
            sources = ", ".join(dict.fromkeys(project.source for project in self.survey.projects))
            return f"{what}: {sources} has none", f"write `project: {{{name}: …}}`, or {own}"
        return what, f"{meant(name, known)}; or {own}"

    def _rewind(self, name: str, rewind: RewindDoc) -> Iterator[Problem]:
        place = self.places.task(name, "judge", "rewind", "to")
        tasks, to = self.setting.doc.tasks, rewind.to
        if to == name:
            what = f"task {quoted(name)} would send back itself"
            yield place.problem("E214", what, "name the upstream whose work it judges")
        elif to not in tasks:
            known = [each for each in self._declared() if each != name]
            if to not in known:
                yield place.problem("E209", f"rewind names unknown task {quoted(to)}", meant(to, known))
        elif tasks[to].judge:
            what = f"task {quoted(to)} is a judge, and has no work to go on with"
            yield place.problem("E214", what, "name the task whose work it judges")
        elif self._workspace(tasks[to]) is Workspace.NONE:
            what = f"task {quoted(to)} works in the repo itself, so its work cannot be sent back"
            yield place.problem("E214", what, "write `workspace: clone` on it, or remove `rewind`")
        elif to not in self._judged(name) and len(tasks) == len(self._declared()):
            what = f"the work of task {quoted(to)} does not reach task {quoted(name)}"
            fix = "depend on it, over edges that carry all and tasks with a workspace"
            yield place.problem("E214", what, fix)

    def _declared(self) -> list[str]:
        """Answer the ids of all tasks, also of those that are wrong."""
        tasks = self.places.spec[1].get("tasks")
        return list(tasks.entries() if tasks else ())

    def _judged(self, name: str) -> set[str]:
        """Answer the tasks whose work is in the code base of a task."""
        tasks, found, todo = self.setting.doc.tasks, set[str](), [name]
        while todo:
            for upstream, detail in tasks[todo.pop()].depends_on.items():
                carries = detail is None or Carry(detail.carry) is Carry.ALL
                if not carries or upstream in found or upstream not in tasks:
                    continue
                if self._workspace(tasks[upstream]) is Workspace.CLONE:
                    found.add(upstream)
                    todo.append(upstream)
        return found
