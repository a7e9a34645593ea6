"""Every key of the language of meters does what it says, whatever a CLI prints."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.system.meter import DENIALS_LIMIT, LINE_LIMIT, RESULT_LIMIT, Meter
from tests.system.feeding import entry, fed

Case = tuple[dict[str, Any], list[Any], dict[str, Any]]


UNKNOWN: dict[str, Any] = {
    "cost_usd": None, "tokens": None, "turns": None, "session_id": None, "model": None,
    "result": None, "structured": None, "success": None, "error": None, "denials": [],
}  # fmt: skip

KEYS: dict[str, Case] = {
    "nothing is unknown": (entry(), [{}, {"x": 1}], {}),
    "costs add up": (entry(cost={"add": "c"}), [{"c": 0.1}, {"c": 0.2}, {}], {"cost_usd": "0.3"}),
    "a total replaces": (entry(cost={"total": "c"}), [{"c": 1}, {"c": 3}], {"cost_usd": "3"}),
    "of a list the first that is there": (
        entry(cost=[{"add": "u.*.c"}, {"total": "t"}]),
        [{"t": 0.5}, {"u": {"a": {"c": 0.25}, "b": {"c": 1}}, "t": 9}],
        {"cost_usd": "1.75"},
    ),
    "an empty collection costs nothing": (
        entry(cost=[{"add": "u.*.c"}, {"total": "t"}]), [{"u": {}, "t": 9}], {"cost_usd": "0"}
    ),
    "a plain number": (entry(turns={"add": 1}), [{}, {}], {"turns": 2}),
    "tokens by kind": (
        entry(tokens={"input": {"add": "i"}, "cache_write": {"total": "w"}}),
        [{"i": 5, "w": 7}, {"i": 6}],
        {"tokens": {"input": 11, "cache_write": 7}},
    ),
    "different texts": (
        entry(turns={"count": "m"}), [{"m": "a"}, {"m": "b"}, {"m": "a"}, {"m": 1}, {}], {"turns": 2}
    ),
    "a part that counts elsewhere": (
        entry(tokens={"input": {"add": "i", "less": "c"}, "cache_read": {"add": "c"}}),
        [{"i": 10, "c": 7}, {"i": 5}, {"i": 1, "c": 2}, {"c": 3}],
        {"tokens": {"input": 8, "cache_read": 12}},
    ),
    "words": (
        entry(session_id="s", model="m"),
        [{"s": "a", "m": "x"}, {"s": "b", "m": ""}, {"s": 1}],
        {"session_id": "b", "model": "x"},
    ),
    "words that no option may be made of": (
        entry(session_id="s", model="m"), [{"s": "a\nb", "m": "x" * 501}], {}
    ),
    "a result is set": (entry(result={"set": "r"}), [{"r": "a"}, {"r": "b"}, {"r": 1}], {"result": "b"}),
    "a result grows": (entry(result={"append": "r"}), [{"r": "a"}, {"r": "b\n"}], {"result": "ab\n"}),
    "an empty result is one": (entry(result={"set": "r"}), [{"r": ""}], {"result": ""}),
    "a result is cleared": (
        {"events": [{"match": {"new": True}, "result": {"clear": True}}, {"result": {"append": "r"}}]},
        [{"r": "old"}, {"new": True, "r": "a"}, {"r": "b"}],
        {"result": "ab"},
    ),
    "cleared for good": (
        {"events": [{"result": {"set": "r"}}, {"match": {"c": 1}, "result": {"clear": True}}]},
        [{"r": "old"}, {"c": 1}],
        {},
    ),
    "success": (entry(success=True), [{}], {"success": True}),
    "failure with its error": (
        entry(success=False, error={"message": ["m", "e.0"], "status": "s", "retryable": "r"}),
        [{"e": [" no\n key "], "s": 401, "r": False}],
        {"success": False, "error": {"message": "no key", "status": 401, "retryable": False}},
    ),
    "an error in parts": (
        entry(error={"message": "m", "status": {"path": "m", "like": r"\b(\d{3})\b"}, "retryable": True}),
        [{"m": "got 429 from there"}],
        {"error": {"message": "got 429 from there", "status": 429, "retryable": True}},
    ),
    "an error of other types": (
        entry(error={"message": "m", "status": "s", "retryable": "r"}),
        [{"m": {"a": [1]}, "s": 1e300, "r": "yes"}],
        {"error": {"message": '{"a": [1]}', "status": None, "retryable": None}},
    ),
    "success takes an error back": (
        {"events": [{"match": {"e": 1}, "error": {"message": "m"}}, {"match": {"e": 0}, "success": True}]},
        [{"e": 1, "m": "x"}, {"e": 0}],
        {"success": True},
    ),
    "denials count once": (
        entry(each="d", denied={"id": "id", "what": "{tool} {in.cmd|in}"}),
        [
            {"d": [{"id": 1, "tool": "Bash", "in": {"cmd": "x"}}]},
            {"d": [{"id": 1, "tool": "Bash"}, {"tool": "Edit"}, {"tool": "Bash", "in": {"cmd": "y"}}]},
        ],
        {"denials": ["Bash", "Edit", "Bash y"]},
    ),
    "denials without a word": (
        entry(denied={"id": "id", "what": "{tool}"}), [{"id": "a"}, {"id": "a"}, {}], {"denials": ["a"]}
    ),
}  # fmt: skip


@pytest.mark.parametrize(("declaration", "events", "state"), KEYS.values(), ids=KEYS.keys())
def test_a_key_does_what_it_says(
    declaration: dict[str, Any], events: list[Any], state: dict[str, Any]
) -> None:
    meter = fed(declaration, *events)
    assert meter.state() == UNKNOWN | state
    assert meter.cost == (Decimal(state["cost_usd"]) if "cost_usd" in state else None)


NUMBERS = {
    "a number": (1.5, "1.5"), "nought": (0, "0"), "a text": ("0.0037", "0.0037"), "spaces": (" 7 ", "7"),
    "thousands": ("1,234,567.5", "1234567.5"), "a comma for a point": ("0,0037", None),
    "odd commas": ("12,34", None),
    "with k": ("2.4k", "2400.0"), "with M": ("1M", "1000000"), "a power": ("5e-3", "0.005"),
    "a boolean": (True, None), "null": (None, None), "a list": ([1], None), "negative": (-1, None),
    "negative text": ("-1", None), "no number": (float("nan"), None), "infinite": (float("inf"), None),
    "NaN as text": ("NaN", None), "Infinity as text": ("Infinity", None), "huge": (10**16, None),
    "as long as can be": (int("9" * 4000), None), "a huge power": ("1e999999999", None),
    "a big power": ("9e99", None),
    "almost nothing": (5e-324, "0.0"),
    "the noise of floats": (0.1 + 0.2, "0.3"), "underscores": ("1_000", None),
    "other digits": ("\u0663", None),
    "very long": ("1" * 100_000, None), "empty": ("", None), "a fullstop": (".", None),
}  # fmt: skip


@pytest.mark.parametrize(("value", "cost"), NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize("mode", ["add", "total", "session"])
def test_an_amount_is_a_number_within_reason(mode: str, value: Any, cost: str | None) -> None:
    meter = fed(entry(cost={mode: "c"}, turns={mode: "c"}), {"c": value}, {"c": "much"})
    assert meter.state()["cost_usd"] == cost
    assert meter.turns == (None if cost is None else int(Decimal(cost)))


@pytest.mark.parametrize(
    ("earlier", "cost", "tokens"),
    [
        (None, "0.75", 10),
        ({}, "0.75", 10),
        ({"cost": "0.50", "input": 4}, "0.25", 6),
        ({"cost": "2", "input": 40}, "0", 0),
        ({"cost": "x", "input": None}, "0.75", 10),
    ],
    ids=["no argument", "nothing", "something", "more than now", "nonsense"],
)
def test_totals_of_a_conversation_count_from_where_this_run_began(
    earlier: dict[str, Any] | None, cost: str, tokens: int
) -> None:
    declaration = entry(cost={"session": "c"}, tokens={"input": {"session": "i"}})
    state = fed(declaration, {"c": 0.6, "i": 9}, {"c": 0.75, "i": 10}, earlier=earlier).state()
    assert (state["cost_usd"], state["tokens"]) == (cost, {"input": tokens})


LINES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "a line": (entry(line="→ {name}"), '{"name": "Bash\\nx"}', ["→ Bash x"]),
    "a text": (entry(text="t"), '{"t": "\\na\\n\\nb\\n"}', ["a", "", "b"]),
    "an empty text": (entry(text="t"), '{"t": " \\n"}', []),
    "no text": (entry(text="t"), '{"t": [1]}', []),
    "several entries in order": ({"events": [{"line": "1"}, {"line": "2"}]}, "{}", ["1", "2"]),
    "an event that concerns nobody": (entry(match={"a": 1}, line="x"), "{}", []),
    "a long text": (entry(text="t"), json.dumps({"t": "x" * 100_000}), ["x" * 65535 + "…"]),
    "half a character": (entry(text="t"), r'{"t": "\ud800"}', ["\ufffd"]),
    "no event": (entry(), "npm warn", ["npm warn"]),
    "no object": (entry(), "[1]", ["[1]"]),
    "an empty line": (entry(), " \t", []),
    "a line that was cut": (entry(), '{"a": "' + "x" * 1000, ['{"a": "' + "x" * (LINE_LIMIT - 8) + "…"]),
    "text": ({"format": "text"}, "  hello ", ["  hello"]),
    "an event with space before it": (entry(line="x"), " {}", ["x"]),
    "text and more": (
        {"format": "text", "events": [{"match": {"line": {"like": "o(?P<x>.)"}}, "line": "[{x}]"}]},
        "hello!", ["hello!", "[!]"],
    ),
    "the end of a line elsewhere": ({"format": "text"}, "hello\r", ["hello"]),
    "half a character in a text": ({"format": "text"}, "a\udcff", ["a\ufffd"]),
    "no text at all": ({"format": "text"}, "", []),
}  # fmt: skip


@pytest.mark.parametrize(("declaration", "line", "shown"), LINES.values(), ids=LINES.keys())
def test_people_see(declaration: dict[str, Any], line: str, shown: list[str]) -> None:
    assert Meter(declaration).feed(line) == shown


def test_a_text_stream_is_metered_by_patterns() -> None:
    declaration = {
        "format": "text",
        "events": [
            {
                "match": {"line": {"like": r"Tokens: (?P<i>[\d.,]+k?) sent.*\$(?P<total>[\d.]+) session"}},
                "tokens": {"input": {"add": "i"}},
                "cost": {"total": "total"},
            }
        ],
    }
    said = "Tokens: 2.4k sent, 15 received. Cost: $0.0085 message, $0.0185 session."
    state = fed(declaration, said, "Tokens: 1,100 sent. $0.03 session", "Done").state()
    assert (state["tokens"], state["cost_usd"]) == ({"input": 3500}, "0.03")


def test_what_is_kept_is_bounded() -> None:
    declaration = {
        "events": [
            {"result": {"append": "t"}, "error": {"message": "t"}, "denied": {"id": "n", "what": "{t}"}},
        ]
    }
    meter = fed(declaration, *({"t": "x" * 50_000, "n": f"{n} {'y' * 10_000}"} for n in range(150)))
    state = meter.state()
    assert len(state["result"]) == RESULT_LIMIT
    assert len(state["denials"]) == DENIALS_LIMIT
    assert len(json.dumps(state)) < RESULT_LIMIT + DENIALS_LIMIT * (LINE_LIMIT + 20) + 5000


HOSTILE = [
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"c": ' + "9" * 100_000 + "}",
    '{"c": 1e999}',
    "{",
    "\0",
    '{"a" 1}',
]


@pytest.mark.parametrize("line", HOSTILE, ids=lambda line: line[:8])
def test_a_line_that_is_no_event_changes_nothing(line: str) -> None:
    meter = fed(entry(cost={"total": "c"}), {"c": 1}, line)
    assert meter.state() == UNKNOWN | {"cost_usd": "1"}


def test_a_line_that_is_too_long_is_not_read() -> None:
    meter = Meter(entry(cost={"total": "c"}))
    shown = meter.feed('{"c": 1, "x": "' + "x" * (16 << 20) + '"}')
    assert (meter.cost, [len(line) for line in shown]) == (None, [LINE_LIMIT])


ALL_KEYS = {
    "format": "jsonl",
    "events": [
        {
            "match": {"a": {"not": 5}, "b.c": {"not": "x"}},
            "cost": [{"add": "a.*.b"}, {"session": "a"}, {"total": "b"}],
            "turns": {"add": "a"},
            "tokens": {"input": {"total": "b"}, "output": {"add": "a.*"}},
            "session_id": "a",
            "model": "b.0",
            "result": {"append": "a"},
            "success": False,
            "error": {"message": ["a", "b"], "status": "a", "retryable": ["b", {"path": "a", "like": "(.)"}]},
            "denied": {"id": "a", "what": "{b|a}"},
            "line": "{a} {b.*.c|^.c}",
            "text": "a",
            "structured": "b",
        },
        {"each": "b", "where": {"c": {"exists": False}}, "text": "a", "line": "{^.a}", "cost": {"add": "*"}},
        {"match": {"a": {"like": "(?P<g>.)"}}, "line": "{g}", "result": {"set": "g"}},
        {"match": {"c": {"exists": True}}, "structured": {"json": "c"}},
    ],
}
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.just("1e99"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), ANY, max_size=3) | st.text(), max_size=4))
def test_whatever_comes_the_state_can_be_written(events: list[Any]) -> None:
    meter = Meter(ALL_KEYS, {"cost": "1"})
    for event in events:
        for line in meter.feed(event if isinstance(event, str) else json.dumps(event)):
            line.encode()
    state = meter.state()
    json.dumps(state, allow_nan=False, ensure_ascii=False).encode()
    assert state["cost_usd"] is None or Decimal(state["cost_usd"]) >= 0


def test_pieces_of_text_are_put_together() -> None:
    meter = Meter({"events": [{"piece": "p"}, {"match": {"l": {"exists": True}}, "line": "{l}"}]})
    events = ['{"p": "one"}', '{"p": " and\\ntwo"}', '{"x": 1}', '{"l": "end"}', '{"p": " "}', "plain"]
    assert [meter.feed(one) for one in events] == [[], ["one and"], [], ["two", "end"], [], ["plain"]]
    assert meter.feed(json.dumps({"p": "x" * 70_000}))[0].endswith("…")
