"""Tells where it is written what a component of a task is: the key in the file of the nearest level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from specrun.core.impact import INHERITED, UPSTREAM
from specrun.core.routing import Routing, Rule, route
from specrun.core.task import Task
from specrun.errors import Where
from specrun.spec.node import Entry, Node

File = tuple[str, Node]
"""A file, and a mapping in it."""
_NOTHING = Node({}, 0, 0)

FILES_ONLY = {"budget": ("budget", "per_task"), "project": ("project",), "vars": ("vars",)}
"""Components that no task and no domain says, with the keys that do."""
TASKS_ONLY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "prompt": (("prompt",), ("template",)),
    "edges": (("depends_on",),),
    "rewind": (("judge", "rewind"),),
    **{
        name: ((name,),)
        for name in (
            "with",
            "touches",
            "outputs",
            "judge",
            "rerun",
            "reads",
            "when",
            "enabled",
            "freeze",
            "priority",
            "labels",
            "title",
            "description",
            "complexity",
            "domain",
        )
    },
}
"""Components that only tasks say, with the keys that do, the first that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """The files that were read: specs by their names, and the settings."""

    specs: Mapping[str, File] = field(default_factory=dict)
    settings: File | None = None

    def of(self, task: Task, component: str) -> Where | None:
        """Answer the place of a component, None where nobody says it.

        Components go by the names of fingerprints. A name after a dot is that of one key, such as `vars.who`
        or `env.CI`; where it is not written, the mapping stands for it.
        """
        if task.spec not in self.specs:
            return None
        if component == "model":
            return self._model(task)
        if component.startswith(UPSTREAM):
            return self._edge(task, component.removeprefix(UPSTREAM).removesuffix(INHERITED))
        name, _, key = component.partition(".")
        found = list(self._written(task, name))
        within = ((file, entry.node.present(key)) for file, entry in found) if key else ()
        return next((_where(file, entry) for file, entry in within if entry), None) or next(
            (_where(*each) for each in found), None
        )

    def _written(self, task: Task, name: str) -> Iterator[tuple[str, Entry]]:
        """Answer the entries that say a component, those of the nearest level first."""
        if name in TASKS_ONLY:
            levels, ways = self._levels(task)[:1], TASKS_ONLY[name]
        elif name in FILES_ONLY:
            levels, ways = self._files(task.spec), (FILES_ONLY[name],)
        else:
            levels, ways = self._levels(task), ((name,),)
        for file, node in levels:
            for way in ways:
                entry = _entry(node, way)
                if entry:
                    yield file, entry

    def _files(self, spec: str) -> list[File]:
        return [self.specs[spec], *([self.settings] if self.settings else [])]

    def _levels(self, task: Task) -> list[File]:
        """Answer the mappings that may say something about a task, nearest first; its own is always there."""
        files = self._files(task.spec)
        own = [(file, _below(root, "tasks", task.name) or _NOTHING) for file, root in files[:1]]
        domains = [(file, _below(root, "domains", task.domain)) for file, root in files if task.domain]
        # A domain of the spec replaces its namesake in the settings.
        first = [(file, node) for file, node in domains if node][:1]
        return [*own, *first, *files]

    def _edge(self, task: Task, upstream: str) -> Where | None:
        file, node = self._levels(task)[0]
        edges = node.present("depends_on")
        if edges is None:
            return None
        items = (item for item in edges.node.items() if item.text() == upstream)
        place = next(items, None) or edges.node.entries().get(upstream) or edges
        return Where(file, place.line, place.column)

    def _model(self, task: Task) -> Where | None:
        """Answer where the model is named: by the task, its domain, a rule, or as the default."""
        for file, node in self._levels(task):
            own = node.present("model")
            if own:
                return _where(file, own)
        if task.model is None:
            return None
        rules = (
            Where(file, rule.line, rule.column)
            for file, root in self._files(task.spec)
            for rule in (_below(root, "models", "rules") or _NOTHING).items()
            if self._fits(task, rule)
        )
        found = next(rules, None)
        defaults = ((file, _entry(root, ("models", "default"))) for file, root in self._files(task.spec))
        return found or next((_where(file, entry) for file, entry in defaults if entry), None)

    def _fits(self, task: Task, rule: Node) -> bool:
        own = self._levels(task)[0][1]
        said = {key: node.text() for key in ("model", "complexity", "domain") if (node := rule.get(key))}
        words = rule.get("match")
        one = Rule(
            model=said.get("model") or "",
            match=tuple(word.text() or "" for word in words.items()) if words else (),
            complexity=said.get("complexity"),
            domain=said.get("domain"),
        )
        written = task.prompt or _text(own, "prompt")
        text, complexity = f"{task.title}\n{written}", _text(own, "complexity") or None
        return route(Routing(rules=(one,)), text=text, complexity=complexity, domain=task.domain) is not None


def _entry(node: Node, way: tuple[str, ...]) -> Entry | None:
    entry = None
    for key in way:
        entry = node.present(key)
        if entry is None:
            return None
        node = entry.node
    return entry


def _below(node: Node, *way: str) -> Node | None:
    entry = _entry(node, way)
    return entry.node if entry else None


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return (found.text() or "") if found else ""


def _where(file: str, entry: Entry) -> Where:
    return Where(file, entry.line, entry.column)
