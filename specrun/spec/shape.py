"""Turns nodes into documents, and what pydantic says about them into located problems in our words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

from specrun.errors import Problem
from specrun.spec.complaint import Complaint, worded
from specrun.spec.fields import Doc
from specrun.spec.node import Node, locate
from specrun.spec.scalar import OddScalar, typed
from specrun.spec.text import Text
from specrun.spec.vocabulary import nearest

DocT = TypeVar("DocT", bound=Doc)
ROUNDS = 4


def data(node: Node, refuse: Callable[[Node, OddScalar], None]) -> Any:  # noqa: ANN401 - any YAML value
    """Answer the plain value of a node; scalars that nobody reads for sure go to `refuse` and become text."""
    value = node.value
    if isinstance(value, str):
        if node.style:
            return value
        try:
            return typed(value)
        except OddScalar as odd:
            refuse(node, odd)
            return value
    if isinstance(value, list):
        return [data(item, refuse) for item in value]
    return {key: data(entry.node, refuse) for key, entry in value.items()}


def document(text: Text, root: Node, model: type[DocT]) -> tuple[DocT | None, tuple[Problem, ...]]:
    """Answer the document and everything wrong with its shape.

    What is wrong is left out of the document, so that the rest can be checked in the same run; None when
    nothing useful is left.
    """
    problems: list[Problem] = []
    odd_places: set[tuple[int, int]] = set()

    def refuse(node: Node, odd: OddScalar) -> None:
        odd_places.add((node.line, node.column))
        problems.append(text.problem(node.line, node.column, odd.code, odd.what, fix=odd.fix))

    values = data(root, refuse)
    for turn in range(ROUNDS):
        try:
            return model.model_validate(values), tuple(problems)
        except ValidationError as error:
            found = [
                Complaint.of(item, model) for item in error.errors(include_url=False, include_input=False)
            ]
        if turn == 0:
            problems += _problems(text, root, found, odd_places)
        for complaint in found:
            _leave_out(values, complaint)
    return None, tuple(problems)


def _problems(
    text: Text, root: Node, found: list[Complaint], odd_places: set[tuple[int, int]]
) -> list[Problem]:
    answers: dict[tuple[int, int, str], Problem] = {}
    strange = [complaint for complaint in found if complaint.kind == "extra_forbidden"]
    meant = {(each.path[:-1], nearest(each.field, each.known)) for each in strange}
    for complaint in found:
        misspelt = complaint.kind == "missing" and (complaint.path, complaint.field) in meant
        if complaint.free or misspelt:
            continue
        node = locate(root, complaint.path)
        line, column = _place(root, complaint, node)
        if (line, column) in odd_places or text.lines[line - 1].startswith("{{", column - 1):
            continue
        code, what, expected, fix = worded(complaint, node)
        answers.setdefault(
            (line, column, what), text.problem(line, column, code, what, expected=expected, fix=fix)
        )
    return list(answers.values())


def _place(root: Node, complaint: Complaint, node: Node) -> tuple[int, int]:
    """Point at the key for a complaint about a key, at the owner's for a missing one, else at the value."""
    if complaint.kind == "missing":
        return key_place(root, complaint.path)
    if complaint.about_key:
        entry = locate(root, complaint.path[:-1]).entries().get(str(complaint.path[-1]))
        return (entry.line, entry.column) if entry else (node.line, node.column)
    if node.value == "" and not node.style:
        return key_place(root, complaint.path)
    return node.line, node.column


def key_place(root: Node, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Answer where the key at `path` is written, the top of the file for the root."""
    if not path:
        return 1, 1
    entry = locate(root, path[:-1]).entries().get(str(path[-1]))
    node = locate(root, path)
    return (entry.line, entry.column) if entry else (node.line, node.column)


def _leave_out(values: Any, complaint: Complaint) -> None:  # noqa: ANN401 - any YAML value
    """Remove what a complaint is about: a task, domain or agent, else a top-level key; fill what misses."""
    if not isinstance(values, dict):
        return
    path = complaint.path
    if complaint.kind == "missing" and not path:
        values[complaint.field] = (
            1 if complaint.field == "version" else {} if complaint.field == "tasks" else "unnamed"
        )
        return
    if path == ("version",):
        values["version"] = 1
        return
    deep = 2 if len(path) > 1 and path[0] in {"tasks", "domains", "agents"} and not complaint.free else 1
    if complaint.free:
        deep = len(path)
    owner: Any = values
    for step in path[: deep - 1]:
        owner = _below(owner, step)
    if isinstance(owner, dict) and path:
        owner.pop(path[deep - 1], None)


def _below(owner: Any, step: str | int) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(owner, dict):
        return owner.get(step)
    return owner[step] if isinstance(owner, list) and isinstance(step, int) and step < len(owner) else None
