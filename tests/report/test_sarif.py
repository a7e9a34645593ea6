"""Tests problems as SARIF, against what its schema asks of the parts that are written."""

from __future__ import annotations

import os
from typing import Any

import jsonschema
import pytest

from specrun import __version__
from specrun.errors import Problem, Where
from specrun.report.error_codes import CODES
from specrun.report.sarif import document


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
MESSAGE = closed(["text"], text=TEXT)
INDEX = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = closed(
    ["id"],
    id=TEXT,
    shortDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=closed([], level=LEVEL),
)
REGION = closed(
    [], startLine=INDEX, startColumn=INDEX, snippet={"type": "object", "properties": {"text": TEXT}}
)
ARTIFACT = closed([], uri={"type": "string", "pattern": "^[A-Za-z0-9._~%/-]+$"}, uriBaseId=TEXT)
PLACE = closed([], physicalLocation=closed(["artifactLocation"], artifactLocation=ARTIFACT, region=REGION))
RESULT = closed(
    ["message"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "items": PLACE},
)
DRIVER = closed(["name"], name=TEXT, version=TEXT, rules={"type": "array", "items": RULE})
RUN = closed(
    ["tool"],
    tool=closed(["driver"], driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": closed([], description=MESSAGE)},
    results={"type": "array", "items": RESULT},
)
SCHEMA = closed(
    ["version", "runs"],
    **{"$schema": TEXT, "version": {"enum": ["2.1.0"]}, "runs": {"type": "array", "items": RUN}},
)
"""What the published schema says of the properties that specrun writes, and no other is allowed here."""

PROBLEM = Problem(
    where=Where("specs/a b%.yaml", 4, 6),
    code="E200",
    what='unknown key "promt"',
    fix="write `prompt`",
    source="  a: {promt: x}\n",
)


def written(*problems: Problem) -> dict[str, Any]:
    found: dict[str, Any] = document(problems)
    jsonschema.Draft7Validator(SCHEMA).validate(found)
    return found


def test_a_problem_with_its_place_and_its_rule() -> None:
    (run,) = written(PROBLEM)["runs"]
    assert run["tool"]["driver"]["version"] == __version__
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "E200",
            "shortDescription": {"text": CODES["E200"]},
            "help": {"text": "`specrun help errors` lists all codes. Each message says how to mend it."},
            "defaultConfiguration": {"level": "error"},
        }
    ]
    assert run["results"] == [
        {
            "ruleId": "E200",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": 'unknown key "promt"; fix: write `prompt`'},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "specs/a%20b%25.yaml", "uriBaseId": "%SRCROOT%"},
                        "region": {
                            "startLine": 4,
                            "startColumn": 6,
                            "snippet": {"text": "  a: {promt: x}"},
                        },
                    }
                }
            ],
        }
    ]


def test_columns_are_characters_as_everywhere_in_specrun() -> None:
    (run,) = written(PROBLEM)["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"].keys() == {"%SRCROOT%"}


def test_nothing_wrong_is_an_empty_run() -> None:
    (run,) = written()["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_each_rule_stands_once_and_is_pointed_at() -> None:
    others = [
        Problem(where=Where("a.yaml"), code=code, what="x") for code in ("E409", "E100", "E409", "E999")
    ]
    (run,) = written(PROBLEM, *others)["runs"]
    rules = [one["id"] for one in run["tool"]["driver"]["rules"]]
    assert rules == ["E100", "E200", "E409", "E999"]
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [one["ruleId"] for one in run["results"]]
    assert "snippet" not in run["results"][1]["locations"][0]["physicalLocation"]["region"]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("[here](http://example.invalid)", "[here] (http://example.invalid)"),
        ("\x1b[31m\u202e", "\\x1b[31m\\u202e"),
    ],
)
def test_a_message_is_plain(what: str, said: str) -> None:
    (run,) = written(Problem(where=Where("a.yaml"), code="E100", what=what))["runs"]
    assert run["results"][0]["message"]["text"] == said


def test_the_name_of_a_file_that_is_no_utf_8_keeps_its_bytes() -> None:
    file = os.fsdecode(b"specs/\xff.yaml")
    (run,) = written(Problem(where=Where(file), code="E400", what="x"))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "specs/%FF.yaml"
