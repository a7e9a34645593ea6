"""Meters that the engine understands are accepted, others are explained; editors are told the same."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from specrun.spec.declaring import check_agents, declared
from specrun.spec.parse import parse
from specrun.spec.published import json_schema
from specrun.spec.schema_settings import SettingsDoc
from specrun.spec.shape import data, document
from specrun.spec.text import read_text
from specrun.system.meter import Meter

HEAD = "version: 1\nagents: {x: {argv: [x], success: exit_code, meter: "
EDITOR = jsonschema.Draft202012Validator(json_schema("settings"))


def judged(meter: str) -> tuple[list[str], bool, dict[str, Any] | None]:
    """Answer what is said about a meter, whether an editor accepts it, and what the engine would get."""
    text, _ = read_text("f", f"{HEAD}{meter}}}}}\n".encode(), 100_000)
    node, found = parse(text)
    assert node is not None, found
    doc, problems = document(text, node, SettingsDoc)
    said = [f"{each.code} {each.what}" for each in (*problems, *check_agents(text, node, {}))]
    agents = declared(doc, {})
    meant = getattr(agents["x"], "meter", None) if "x" in agents else None
    return said, EDITOR.is_valid(data(node, lambda _node, _odd: None)), meant


GOOD = [
    "{match: {type: a, n: 1, flag: true, none: null, words: [a, 2, null]}, line: x}",
    "{match: {a: {not: x}, b: {not: [x, 1]}, c: {like: 'x+'}, d: {exists: false}, 'e.*.f': 1}, text: a.b}",
    "{each: message.content, where: {type: text}, text: text, session_id: ^.session}",
    "{cost: {add: 0.5}, turns: {total: n}, tokens: {input: {session: a.b}, cache_read: {add: x}}}",
    "{cost: [{total: a}, {add: b}], model: a}",
    "{error: {message: [a, {path: b, like: '(x)'}], status: a.b, retryable: true}, success: false}",
    "{result: {set: a}}",
    "{result: {append: a}}",
    "{result: {clear: true}}",
    "{structured: a.b}",
    "{structured: {json: a.b}}",
    "{denied: {id: a, what: '{tool}: {input.command|input.path} {'}, line: 'plain {} text'}",
    "{line: x, x-note: free}",
]
BAD = [
    ("{match: {a: {like: '('}}, line: x}", "E216"),
    ("{match: {a: {like: 'a{99999999999999999999}'}}, line: x}", "E216"),
    ("{match: {a: {is: 1}}, line: x}", "E200"),
    ("{match: {a: {}}, line: x}", "E214"),
    ("{match: {a: []}, line: x}", "E201"),
    ("{match: {a: [[1]]}, line: x}", "E202"),
    ("{match: {a..b: 1}, line: x}", "E204"),
    ("{match: {a: {exists: 1}}, line: x}", "E202"),
    ("{cost: {add: true}}", "E202"),
    ("{cost: {add: -1}}", "E212"),
    ("{cost: {total: 1}}", "E202"),
    ("{cost: {}}", "E214"),
    ("{cost: }", "E202"),
    ("{cost: {sum: a}}", "E200"),
    ("{turns: []}", "E201"),
    ("{tokens: {}}", "E201"),
    ("{tokens: {inputs: {add: a}}}", "E200"),
    ("{error: {}}", "E201"),
    ("{error: {status: 401}}", "E202"),
    ("{error: {message: true}}", "E202"),
    ("{error: {message: {path: a}}}", "E201"),
    ("{result: {set: a, append: b}}", "E214"),
    ("{result: {clear: false}}", "E211"),
    ("{structured: }", "E202"),
    ("{structured: {}}", "E201"),
    ("{structured: [a]}", "E202"),
    ("{structured: {json: 1}}", "E202"),
    ("{structured: {json: a, like: b}}", "E200"),
    ("{structured: {json: a..b}}", "E204"),
    ("{structured: a..b}", "E204"),
    ("{success: maybe}", "E202"),
    ("{session_id: a.}", "E204"),
    ("{denied: {id: a}}", "E201"),
    ("{lines: x}", "E200"),
]
UNSEEN = [
    ("{match: {a: 1}}", "E201"),
    ("{where: {a: 1}, line: x}", "E214"),
    ("{line: '{a..b}'}", "E204"),
    ("{error: {message: {path: a, like: x}}}", "E216"),
]
"""What a JSON Schema does not say."""


@pytest.mark.parametrize("event", GOOD)
def test_what_the_engine_understands(event: str) -> None:
    said, editor, meant = judged(f"{{events: [{event}]}}")
    assert (said, editor) == ([], True)
    assert meant is not None
    Meter(meant).feed('{"type": "a"}')


@pytest.mark.parametrize(("event", "code"), [*BAD, *UNSEEN])
def test_what_it_does_not(event: str, code: str) -> None:
    said, editor, _ = judged(f"{{events: [{event}]}}")
    assert [each[:4] for each in said] == [code], said
    # The formats of regular expressions are words for people there.
    assert editor is ((event, code) in UNSEEN or code == "E216")


def test_the_engine_gets_what_was_written() -> None:
    _, _, meant = judged(
        "{format: text, x-a: 1, events: [{match: {line: {like: '^(?P<a>.)'}}, cost: {add: a}}]}"
    )
    assert meant == {
        "format": "text",
        "events": [{"match": {"line": {"like": "^(?P<a>.)"}}, "cost": {"add": "a"}}],
    }


def test_a_pattern_that_python_only_warns_about_is_a_pattern() -> None:
    assert judged("{events: [{match: {a: {like: '[[a]'}}, line: x}]}")[0] == []
