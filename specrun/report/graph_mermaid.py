"""Writes the graph of tasks as a Mermaid flowchart, which GitHub shows in every Markdown file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from specrun.core.task import TaskId
from specrun.report.graph import Graph, Kind, Link, Node
from specrun.report.status import State
from specrun.report.text import cut, line

_TITLE = 60
_MARKS = re.compile(r"[^\w ,.()/-]|(?<!\w)[-_]|_(?!\w)|(?<=\d)[.)]")
"""What might mean something to Mermaid, Markdown or HTML; letters of all scripts and names do not."""
_CLASSES = {
    State.RUNNING: "fill:#cfe8ff,stroke:#1f6feb,color:#0b2a52",
    State.VERIFYING: "fill:#cfe8ff,stroke:#1f6feb,color:#0b2a52",
    State.COLLECTING: "fill:#cfe8ff,stroke:#1f6feb,color:#0b2a52",
    State.PENDING: "fill:#f6f8fa,stroke:#6e7781,color:#24292f",
    State.SUCCEEDED: "fill:#d3f5db,stroke:#1a7f37,color:#0b3d1a",
    State.ACCEPTED: "fill:#d3f5db,stroke:#1a7f37,color:#0b3d1a",
    State.FAILED: "fill:#ffd8d6,stroke:#cf222e,color:#5c0b12",
    State.ERRORED: "fill:#ffd8d6,stroke:#cf222e,color:#5c0b12",
    State.LOST: "fill:#ffd8d6,stroke:#cf222e,color:#5c0b12",
    State.CANCELLED: "fill:#fff1c2,stroke:#9a6700,color:#4d3300",
    State.BLOCKED: "fill:#fff1c2,stroke:#9a6700,color:#4d3300",
    State.SKIPPED: "fill:#eaeef2,stroke:#8c959f,color:#57606a",
    State.DISABLED: "fill:#eaeef2,stroke:#8c959f,color:#57606a",
    State.FROZEN: "fill:#eaeef2,stroke:#8c959f,color:#57606a",
    State.GONE: "fill:#eaeef2,stroke:#8c959f,color:#57606a",
}


def text(graph: Graph) -> str:
    """Answer the flowchart, without the fence that Markdown wants around it."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    names = {node.task.id: f"t{number}" for number, node in enumerate(graph.nodes, 1)}
    yield "flowchart TD"
    yield from _boxes(graph, names)
    yield from (f"  {_link(link, names)}" for part in graph.parts for link in part.links)
    for one in graph.conflicts:
        some, others = (names[name] for name in one.tasks)
        yield f"  {some} x-. may conflict .-x {others}"
    used = {node.state for node in graph.nodes}
    yield from (f"  classDef {state} {_CLASSES[state]}" for state in State if state in used)
    critical = [names[node.task.id] for node in graph.nodes if node.critical]
    if critical:
        yield "  classDef critical stroke-width:3px"
        yield f"  class {','.join(critical)} critical"


def _boxes(graph: Graph, names: Mapping[TaskId, str]) -> Iterator[str]:
    many = len(graph.parts) > 1
    for number, part in enumerate(graph.parts, 1):
        if many:
            yield f'  subgraph s{number}["{quoted(part.spec.name)}"]'
        yield from (f"  {'  ' * many}{_node(node, names)}" for node in part.nodes)
        if many:
            yield "  end"


def _node(node: Node, names: Mapping[TaskId, str]) -> str:
    title = cut(line(node.task.title), _TITLE)
    told = [node.task.name, title, str(node.state)]
    label = "<br/>".join(quoted(one) for one in told if one)
    return f'{names[node.task.id]}["{label}"]:::{node.state}'


def _link(link: Link, names: Mapping[TaskId, str]) -> str:
    arrow = "-.->" if link.kind is Kind.REWIND else "==>" if link.critical else "-->"
    label = f'|"{quoted(link.label)}"|' if link.label else ""
    return f"{names[link.source]} {arrow}{label} {names[link.target]}"


def quoted(text: str) -> str:
    """Answer text for between the quotes of a label: what might mean something is written as its number.

    https://mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters".
    """
    return _MARKS.sub(lambda mark: f"#{ord(mark[0])};", line(text))
