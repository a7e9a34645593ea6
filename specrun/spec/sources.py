"""Gathers what each prompt of a spec is made of: its text or template, the template around it, its values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from specrun.errors import Problem
from specrun.spec.compile import Setting, address, edges, levels
from specrun.spec.conditions import canonical
from specrun.spec.find import Refusal
from specrun.spec.node import Node, locate
from specrun.spec.prompts import WORDS, PromptBook, Source
from specrun.spec.schema import TaskDoc
from specrun.spec.text import Text

BARE_AGENTS = frozenset({"shell"})
"""Agents whose prompt is a program: nothing is wrapped around it."""


@dataclass(slots=True)
class Gathering:
    """The sources of one spec while they are gathered; `problems` are about the paths of templates."""

    text: Text
    root: Node
    setting: Setting
    book: PromptBook
    problems: dict[tuple[int, int], Problem] = field(default_factory=dict)
    _contexts: dict[str, int] = field(default_factory=dict)

    def all(self) -> dict[str, Source]:
        """Answer the sources of all tasks that have one, by task id."""
        found = {name: self._source(name, doc) for name, doc in self.setting.doc.tasks.items()}
        return {name: source for name, source in found.items() if source is not None}

    def _source(self, name: str, doc: TaskDoc) -> Source | None:
        if (doc.template is None) == (doc.prompt is None):
            return None
        if doc.domain is not None and doc.domain not in self.setting.domains:
            return None
        node = locate(self.root, ("tasks", name, "prompt" if doc.template is None else "template"))
        own = ("", doc.prompt) if doc.prompt is not None else self._template(doc.template or "", node)
        around = self._around(name, doc)
        if own is None or around is None:
            return None
        spec = self.setting.doc.name
        return Source(
            task_id=address(spec, name),
            text=self.text,
            node=node,
            pages=((own[1], own[0]), *around),
            context=self._context(doc.domain),
            task=self._values(name, doc),
            with_=doc.with_,
            vars=self.setting.doc.vars,
            when=self._when(name, doc),
            upstreams={
                edge.upstream.partition("/")[2]: WORDS[edge.carry]
                for edge in edges(spec, doc)
                if edge.carry in WORDS
            },
        )

    def _when(self, name: str, doc: TaskDoc) -> tuple[bool | str, Node] | None:
        # The word true says what holds anyhow; that nothing is said is told elsewhere.
        if doc.when is None or canonical(doc.when) in {"true", ""}:
            return None
        return doc.when, locate(self.root, ("tasks", name, "when"))

    def _around(self, name: str, doc: TaskDoc) -> tuple[tuple[str, str], ...] | None:
        """Answer the domain's template, nothing where none applies, None where it cannot be read."""
        domain = self.setting.domains.get(doc.domain or "")
        if domain is None or domain.template is None or self._agent(doc) in BARE_AGENTS:
            return ()
        here = locate(self.root, ("tasks", name, "domain"))
        written = locate(self.root, ("domains",)).get(doc.domain or "")
        found = self._template(domain.template, (written.get("template") if written else None) or here)
        return None if found is None else ((found[1], found[0]),)

    def _agent(self, doc: TaskDoc) -> str | None:
        domain = self.setting.domains.get(doc.domain or "")
        return levels(doc, domain, self.setting.doc, self.setting.settings).agent()

    def _template(self, file: str, node: Node) -> tuple[str, str] | None:
        found = self.book.templates.find(file)
        if isinstance(found, Refusal):
            problem = self.text.problem(node.line, node.column, found.code, found.what, fix=found.fix)
            self.problems.setdefault((node.line, node.column), problem)
            return None
        return file, found.text

    def _context(self, domain: str | None) -> int:
        key = domain or ""
        if key not in self._contexts:
            self._contexts[key] = self.book.child.context(self._shared(domain))
        return self._contexts[key]

    def _shared(self, domain: str | None) -> dict[str, Any]:
        spec = self.setting.doc
        doc = self.setting.domains.get(domain or "")
        about = {"name": domain, "description": doc.description, "keywords": doc.keywords} if doc else {}
        return {
            "vars": spec.vars,
            "spec": {"name": spec.name, "description": spec.description, "labels": spec.labels},
            "domain": about,
        }

    def _values(self, name: str, doc: TaskDoc) -> dict[str, Any]:
        return {
            "id": address(self.setting.doc.name, name),
            "name": name,
            "title": doc.title,
            "description": doc.description,
            "labels": doc.labels,
            "complexity": doc.complexity or "",
            "domain": doc.domain or "",
            "agent": self._agent(doc) or "",
            "depends_on": sorted(doc.depends_on),
        }
