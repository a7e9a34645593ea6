"""Writes problems as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from specrun import __version__
from specrun.core.task import Json
from specrun.errors import Problem
from specrun.report.error_codes import CODES
from specrun.report.text import shown

_VERSION = "2.1.0"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"


def document(problems: Sequence[Problem]) -> dict[str, Json]:
    """Answer a log with one run, empty where nothing is wrong.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    codes = sorted({problem.code for problem in problems})
    return {
        "$schema": _SCHEMA,
        "version": _VERSION,
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "specrun",
                        "version": __version__,
                        "rules": [_rule(code) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
                "results": [_result(problem, codes.index(problem.code)) for problem in problems],
            }
        ],
    }


def _rule(code: str) -> Json:
    return {
        "id": code,
        "shortDescription": {"text": CODES.get(code, code)},
        "help": {"text": "`specrun help errors` lists all codes. Each message says how to mend it."},
        "defaultConfiguration": {"level": "error"},
    }


def _result(problem: Problem, rule: int) -> Json:
    region: dict[str, Json] = {"startLine": problem.where.line, "startColumn": problem.where.column}
    if problem.source.strip():
        region["snippet"] = {"text": shown(problem.source.rstrip("\r\n"))}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": _plain(problem.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(problem.where.file), "uriBaseId": _ROOT},
                    "region": region,
                }
            }
        ],
    }


def _uri(file: str) -> str:
    """Answer a path as it stands in a URI; a name that is no UTF-8 keeps its bytes."""
    return quote(file, errors="surrogateescape")


def _plain(text: str) -> str:
    """Answer a message in which nothing is a link: `[words](target)` is one even in plain text."""
    return shown(text).replace("](", "] (")
