"""Writes the graph of tasks in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specrun.core.forecast import Conflict
from specrun.core.task import TaskId
from specrun.report.colour import Role
from specrun.report.graph import ROLES, Graph, Kind, Link, Node
from specrun.report.text import cut, line

_TITLE = 60
_FILLS = {Role.GOOD: "#d3f5db", Role.BAD: "#ffd8d6", Role.CARE: "#fff1c2", Role.NEWS: "#cfe8ff"}
_FAINT = "#f6f8fa"


def text(graph: Graph) -> str:
    """Answer a document for `dot`."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    names = {node.task.id: f"t{number}" for number, node in enumerate(graph.nodes, 1)}
    yield "digraph specrun {"
    yield '  graph [rankdir="LR"];'
    yield '  node [shape="box", style="rounded,filled", fontname="Helvetica"];'
    yield '  edge [fontname="Helvetica", fontsize="10"];'
    many = len(graph.parts) > 1
    for number, part in enumerate(graph.parts, 1):
        if many:
            yield f"  subgraph cluster_{number} {{"
            yield f"    label={quoted(part.spec.name)};"
        for node in part.nodes:
            yield f"  {'  ' * many}{names[node.task.id]} {_attributes(_node(node))};"
        if many:
            yield "  }"
    for part in graph.parts:
        for link in part.links:
            yield f"  {names[link.source]} -> {names[link.target]}{_after(_link(link))};"
    yield from (f"  {_conflict(one, names)};" for one in graph.conflicts)
    yield "}"


def _node(node: Node) -> dict[str, str]:
    told = [node.task.name, cut(line(node.task.title), _TITLE), str(node.state)]
    made = {
        "label": "\n".join(line(one) for one in told if one),
        "fillcolor": _FILLS.get(ROLES[node.state], _FAINT),
    }
    return {**made, "penwidth": "2.5"} if node.critical else made


def _link(link: Link) -> dict[str, str]:
    made = {"label": link.label} if link.label else {}
    if link.kind is Kind.REWIND:
        # It leads back to an earlier rank and would turn the picture round.
        return {**made, "style": "dashed", "constraint": "false"}
    return {**made, "penwidth": "2.5"} if link.critical else made


def _conflict(one: Conflict, names: Mapping[TaskId, str]) -> str:
    some, others = (names[name] for name in one.tasks)
    style = {
        "label": "may conflict",
        "style": "dotted",
        "color": "#cf222e",
        "dir": "none",
        "constraint": "false",
    }
    return f"{some} -> {others}{_after(style)}"


def _after(attributes: Mapping[str, str]) -> str:
    return f" {_attributes(attributes)}" if attributes else ""


def _attributes(attributes: Mapping[str, str]) -> str:
    return f"[{', '.join(f'{name}={quoted(value)}' for name, value in attributes.items())}]"


def quoted(text: str) -> str:
    r"""Answer a quoted string: `\` begins an escape in it, and `&` an entity of HTML.

    https://graphviz.org/doc/info/lang.html and https://graphviz.org/docs/attr-types/escString/.
    """
    escaped = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
