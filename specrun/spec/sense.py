"""Checks what shape alone cannot say: names that must exist, things that exclude each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from specrun.core.cycles import cycles
from specrun.errors import Problem
from specrun.spec.conditions import expression
from specrun.spec.node import Entry, Node
from specrun.spec.sense_past import check_past
from specrun.spec.sense_proof import level_of_proof, project_of_proof, task_of_proof
from specrun.spec.text import Text, quoted
from specrun.spec.units import seconds
from specrun.spec.vocabulary import meant, nearest

RESERVED_ENV = "SPECRUN_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The names that a file may use; `agent` says whether the settings name a default agent."""

    agents: Collection[str]
    executors: Collection[str]
    domains: Mapping[str, bool]
    """Domain names of the settings, each with whether it names an agent."""
    agent: bool = False


def check_settings(text: Text, root: Node, known: Known) -> list[Problem]:
    """Answer what makes no sense in the settings file."""
    problems = list(_level(text, root, known))
    for entry in _below(root, "domains").values():
        problems += _level(text, entry.node, known)
    for entry in _below(root, "agents").values():
        problems += _variables(text, entry.node)
    problems += _rules(text, root, {*known.domains, *_below(root, "domains")})
    problems += project_of_proof(text, root)
    return problems


def _rules(text: Text, root: Node, domains: Collection[str]) -> Iterator[Problem]:
    models = root.get("models")
    rules = models.get("rules") if models else None
    for rule in rules.items() if rules else []:
        domain = _named(rule, "domain")
        if domain is not None and domain.value not in domains:
            what = f"unknown domain {quoted(domain.value)}"
            yield text.problem(domain.line, domain.column, "E209", what, fix=_choose(domain, domains))
        if rule.entries() and set(rule.entries()) <= {"model"}:
            what = "the rule names nothing that must hold"
            fix = "write match, complexity or domain, or make it the `default`"
            yield text.problem(rule.line, rule.column, "E201", what, fix=fix)


def check_spec(text: Text, root: Node, known: Known) -> list[Problem]:
    """Answer what makes no sense in a spec file."""
    problems = check_settings(text, root, known)
    domains = {name: entry.node.get("agent") is not None for name, entry in _below(root, "domains").items()}
    tasks = _below(root, "tasks")
    inside = Known(
        agents=known.agents,
        executors=known.executors,
        domains={**known.domains, **domains},
        agent=known.agent or root.get("agent") is not None,
    )
    problems += _collisions(text, "domain", _below(root, "domains"))
    problems += _collisions(text, "task", tasks)
    for name, entry in tasks.items():
        if isinstance(entry.node.value, dict):
            problems += _task(text, name, entry, inside)
    problems += _edges(text, tasks)
    problems += check_past(text, root, tasks)
    return problems


def _below(root: Node, key: str) -> dict[str, Entry]:
    node = root.get(key)
    return node.entries() if node else {}


def _task(text: Text, name: str, entry: Entry, known: Known) -> Iterator[Problem]:
    node = entry.node
    yield from _level(text, node, known)
    yield from _words(text, name, entry)
    yield from task_of_proof(text, node)
    when = node.present("when")
    if when and when.node.text() is not None and not expression(str(when.node.value)).strip():
        what, fix = "when says nothing", "write true, false or an expression such as vars.deploy"
        yield text.problem(when.node.line, when.node.column, "E201", what, fix=fix)
    domain = _named(node, "domain")
    if domain is not None and str(domain.value) not in known.domains:
        what = f"unknown domain {quoted(domain.value)}"
        yield text.problem(domain.line, domain.column, "E209", what, fix=_choose(domain, known.domains))
    has_agent = known.agent or known.domains.get(str(domain.value) if domain else "", False)
    if node.get("agent") is None and not has_agent:
        what = f'task "{name}" has no agent'
        fix = f"write `agent: {min(known.agents, default='shell')}` on the task or at spec level"
        yield text.problem(entry.line, entry.column, "E201", what, fix=fix)


def _words(text: Text, name: str, entry: Entry) -> Iterator[Problem]:
    prompt, template, given = (entry.node.present(key) for key in ("prompt", "template", "with"))
    if prompt and template:
        what = f'task "{name}" has both prompt and template'
        yield text.problem(template.line, template.column, "E214", what, fix="keep one of them")
    elif not prompt and not template and not _misspelt(entry.node):
        what = f'task "{name}" needs "prompt" or "template"'
        yield text.problem(entry.line, entry.column, "E201", what, fix="write `prompt:` and what to do")
    elif given and given.node.value and not template:
        what = f'task "{name}" has `with` but no template'
        yield text.problem(
            given.line, given.column, "E214", what, fix="use `template`, or move the values to `vars`"
        )


def _misspelt(node: Node) -> bool:
    """Whether a key was probably meant as the missing one; the shape says so already."""
    words = ("prompt", "template", "title", "depends_on")
    return any(nearest(key, words) in words[:2] for key in node.entries() if key not in words)


def _named(node: Node, key: str) -> Node | None:
    """Answer a value that is meant as a name; what is no text is the business of the shape."""
    entry = node.present(key)
    return entry.node if entry and isinstance(entry.node.value, str) else None


def _choose(node: Node, names: Collection[str]) -> str:
    return meant(str(node.value), names)


def _level(text: Text, node: Node, known: Known) -> Iterator[Problem]:
    """Check the settings that every level may have."""
    for key, names in (("agent", known.agents), ("executor", known.executors)):
        value = _named(node, key)
        if value is not None and value.value not in names:
            what = f"unknown {key} {quoted(value.value)}"
            yield text.problem(value.line, value.column, "E209", what, fix=_choose(value, names))
    for key in ("timeout", "idle_timeout"):
        value = _named(node, key)
        if value is not None and _is_zero(str(value.value)):
            what = f"{key} must be more than 0, found {quoted(value.value)}"
            yield text.problem(
                value.line, value.column, "E212", what, fix="write a duration such as 30m, or none"
            )
    yield from _variables(text, node)
    yield from level_of_proof(text, node)


def _is_zero(duration: str) -> bool:
    try:
        return seconds(duration) == 0
    except ValueError:
        return False


def _variables(text: Text, node: Node) -> Iterator[Problem]:
    env = _below(node, "env")
    secrets = node.get("secrets")
    names = [(name, entry.line, entry.column) for name, entry in env.items()]
    names += [(str(item.value), item.line, item.column) for item in (secrets.items() if secrets else [])]
    for name, line, column in names:
        if name.upper().startswith(RESERVED_ENV):
            what = f"{quoted(name)} is reserved for specrun itself"
            yield text.problem(line, column, "E213", what, fix="rename it")
    for item in secrets.items() if secrets else []:
        if str(item.value) in env:
            what = f"{quoted(item.value)} is both in env and in secrets"
            yield text.problem(item.line, item.column, "E213", what, fix="keep one of them")


def _collisions(text: Text, word: str, entries: dict[str, Entry]) -> Iterator[Problem]:
    seen: dict[str, tuple[str, int]] = {}
    for name, entry in entries.items():
        first = seen.setdefault(name.casefold(), (name, entry.line))
        if first[0] != name:
            what = f"{word} id {quoted(name)} collides with {quoted(first[0])} (line {first[1]})"
            yield text.problem(entry.line, entry.column, "E203", what, fix="rename one of them")


def _edges(text: Text, tasks: dict[str, Entry]) -> Iterator[Problem]:
    graph: dict[str, dict[str, tuple[int, int]]] = {}
    for name, entry in tasks.items():
        graph[name] = {}
        seen: dict[str, int] = {}
        for upstream, line, column in upstreams(entry.node):
            wrong = _edge(name, upstream, seen, tasks)
            if wrong:
                yield text.problem(line, column, "E205", wrong[0], fix=wrong[1])
            else:
                graph[name][upstream] = (line, column)
            seen[upstream] = line
    for cycle in cycles({name: list(below) for name, below in graph.items()}):
        line, column = graph[cycle[0]][cycle[1]]
        what = f"cycle {' → '.join(cycle)}"
        yield text.problem(line, column, "E205", what, fix="remove one of these edges")


def _edge(name: str, upstream: str, seen: Collection[str], tasks: Collection[str]) -> tuple[str, str] | None:
    """Answer what is wrong with an edge and what to do."""
    if upstream == name:
        return f'task "{name}" depends on itself', "remove it"
    if upstream in seen:
        return f"depends_on names {quoted(upstream)} twice", "remove one of them"
    if upstream not in tasks:
        return f"depends_on names unknown task {quoted(upstream)}", meant(upstream, tasks)
    return None


def upstreams(task: Node) -> list[tuple[str, int, int]]:
    """Answer the names under `depends_on` with their places."""
    node = task.get("depends_on")
    if node is None:
        return []
    listed = [(item.value, item.line, item.column) for item in node.items() if isinstance(item.value, str)]
    return listed + [(name, entry.line, entry.column) for name, entry in node.entries().items()]
