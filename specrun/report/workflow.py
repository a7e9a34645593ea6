"""Writes problems as workflow commands of GitHub Actions, which shows them beside their lines."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.errors import Problem
from specrun.report.text import shown


def commands(problems: Sequence[Problem]) -> str:
    """Answer one `::error` for each problem.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(_command(problem) for problem in problems)


def _command(problem: Problem) -> str:
    where = problem.where
    properties = {
        "file": where.file,
        "line": str(where.line),
        "col": str(where.column),
        "title": f"specrun {problem.code}",
    }
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::error {named}::{_data(problem.message)}\n"


def _data(text: str) -> str:
    """Escape what stands behind the last colons, as the runner's own toolkit does."""
    # A line end would begin another command; what cannot be seen is shown, as everywhere.
    return "%0A".join(shown(row) for row in text.replace("%", "%25").replace("\r", "%0D").split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
