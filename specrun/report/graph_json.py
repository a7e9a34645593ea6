"""Shows the graph of tasks for scripts."""

from __future__ import annotations

from specrun import __version__
from specrun.core.choice import Choice
from specrun.core.task import Json
from specrun.report import selection
from specrun.report.graph import Graph, Link, Node, Part
from specrun.report.outlook import conflict_entries

FORMAT = 1
"""Readers refuse what they do not know; what is only added does not change it."""


def document(graph: Graph, choice: Choice) -> dict[str, Json]:
    """Answer what `graph --format json` prints."""
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "selection": selection.entry(choice),
        "specs": [_spec(part) for part in graph.parts],
        "nodes": [_node(node) for node in graph.nodes],
        "edges": [_edge(link) for part in graph.parts for link in part.links],
        "conflicts": conflict_entries(graph.conflicts),
    }


def _spec(part: Part) -> Json:
    seconds = part.chain.seconds
    return {
        "name": part.spec.name,
        "path": part.spec.path,
        "waves": [[*wave] for wave in part.waves],
        "critical_path": [*part.chain.tasks],
        "critical_seconds": None if seconds is None else round(seconds, 3),
    }


def _node(node: Node) -> Json:
    task, seconds = node.task, node.estimate.seconds
    return {
        "task": task.id,
        "title": task.title,
        "state": str(node.state),
        "action": str(node.action),
        "wave": node.wave,
        "critical": node.critical,
        "domain": task.domain,
        "agent": task.agent,
        "model": task.model,
        "estimate": {
            "seconds_low": round(seconds[0], 3) if seconds else None,
            "seconds_high": round(seconds[1], 3) if seconds else None,
            "usd_low": str(node.estimate.usd[0]) if node.estimate.usd else None,
            "usd_high": str(node.estimate.usd[1]) if node.estimate.usd else None,
            "samples": node.estimate.samples,
        },
        "not_shown": [*node.elsewhere],
    }


def _edge(link: Link) -> Json:
    return {
        "from": link.source,
        "to": link.target,
        "kind": str(link.kind),
        "on": None if link.on is None else str(link.on),
        "carry": None if link.carry is None else str(link.carry),
        "limit": link.limit,
        "critical": link.critical,
    }
