"""Paths, conditions and templates find what they name, and nothing else makes them stumble."""

from __future__ import annotations

from typing import Any

import pytest

from specrun.system.scope import Entry, Scope, parsed, sane, shown, sound

EVENT: dict[str, Any] = {
    "type": "result",
    "none": None,
    "yes": True,
    "one": 1,
    "message": {"content": [{"text": "a"}, {"text": "b"}, "c"], "parts": [], "more": {}},
    "usage": {"x": {"cost": 0.5}, "y": {"cost": 1}},
    "half": "a\ud800b",
}

PATHS = {
    "a name": ("type", ["result"]),
    "a null": ("none", [None]),
    "names": ("message.content.0.text", ["a"]),
    "every element, those without it left out": ("message.content.*.text", ["a", "b"]),
    "every value": ("usage.*.cost", [0.5, 1]),
    "the whole event": ("^.yes", [True]),
    "an empty list": ("message.parts.*", []),
    "what is in an empty list": ("message.parts.*.cost", []),
    "an empty object": ("message.more.*", []),
    "a missing name": ("nothing", None),
    "a name in a text": ("type.result", None),
    "an index that is too high": ("message.content.3", None),
    "an index of an object": ("usage.0", None),
    "elements of a number": ("one.*", None),
    "no path at all": (None, None),
    "an empty path": ("", None),
}


@pytest.mark.parametrize(("path", "values"), PATHS.values(), ids=PATHS.keys())
def test_a_path_leads_to_values(path: str | None, values: list[Any] | None) -> None:
    assert Scope(EVENT, EVENT).all(path) == values


CONDITIONS = {
    "the same text": ("result", "result", True),
    "another text": ("result", "x", False),
    "one of several": (["x", "result"], "result", True),
    "none of several": (["x", "y"], "result", False),
    "true is not one": (True, 1, False),
    "one is not true": (1, True, False),
    "one is not one point nought": (1, 1.0, False),
    "null": (None, None, True),
    "null and something": (None, 0, False),
    "another": ({"not": "x"}, "result", True),
    "not another": ({"not": "result"}, "result", False),
    "none of those": ({"not": ["x", None]}, "y", True),
    "not null": ({"not": None}, None, False),
    "like": ({"like": "^res"}, "result", True),
    "unlike": ({"like": "^x"}, "result", False),
    "like a number": ({"like": "1"}, 1, False),
    "like, beyond what is searched": ({"like": "x"}, " " * 5000 + "x", False),
    "there": ({"exists": True}, None, True),
    "not there": ({"exists": False}, "result", False),
    "a list is no scalar": (["x"], ["x"], False),
    "an object is no scalar": ("x", {"x": 1}, False),
    "no number": (1, float("nan"), False),
}


@pytest.mark.parametrize(("wanted", "value", "holds"), CONDITIONS.values(), ids=CONDITIONS.keys())
@pytest.mark.parametrize("path", ["type", "inner.type"])
def test_a_condition_holds_or_not(path: str, wanted: Any, value: Any, holds: bool) -> None:  # noqa: FBT001
    event = {"type": value, "inner": {"type": value}}
    assert len(list(Entry({"match": {path: wanted}}).scopes(event))) == holds


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ("x", 0),
        (None, 0),
        ({"not": "x"}, 1),
        ({"like": ""}, 0),
        ({"exists": True}, 0),
        ({"exists": False}, 1),
    ],
    ids=str,
)
def test_what_is_missing_is_nothing_but_missing(wanted: Any, holds: int) -> None:
    assert len(list(Entry({"match": {"type": wanted}}).scopes({}))) == holds


def test_all_conditions_have_to_hold() -> None:
    entry = Entry({"match": {"type": "a", "inner.x": 1}})
    events: list[dict[str, Any]] = [
        {"type": "a", "inner": {"x": 1}}, {"type": "a"}, {"type": "b", "inner": {"x": 1}},
    ]  # fmt: skip
    assert [len(list(entry.scopes(event))) for event in events] == [1, 0, 0]


def test_an_entry_without_conditions_concerns_every_event() -> None:
    assert len(list(Entry({}).scopes({}))) == 1


def test_each_element_that_fits_is_a_place_of_its_own() -> None:
    entry = Entry({"match": {"name": {"like": "(?P<who>b.*)"}}, "each": "parts", "where": {"type": "text"}})
    event = {
        "name": "abc",
        "parts": [{"type": "text", "t": "1"}, {"type": "other"}, {"type": "text", "t": "2"}, "text", None],
    }
    found = [scope.fill("{t} {^.name} {who}", 100) for scope in entry.scopes(event)]
    assert found == ["1 abc bc", "2 abc bc"]


@pytest.mark.parametrize("parts", [None, 1, "text", [], {}])
def test_each_of_nothing_is_nothing(parts: Any) -> None:
    assert list(Entry({"each": "parts"}).scopes({"parts": parts})) == []


def test_named_groups_of_this_event_are_paths_and_those_of_others_are_not() -> None:
    entry = Entry({"match": {"line": {"like": r"(?P<cost>\d+)(?P<cents>\.\d+)?"}}})
    first, second = (next(entry.scopes({"line": line})) for line in ("x 1.5", "y 2"))
    assert (first.first("cost"), first.first("cents")) == ("1", ".5")
    assert (second.first("cost"), second.first("cents")) == ("2", "")


def test_a_group_can_be_a_path_of_the_next_condition() -> None:
    entry = Entry({"match": {"line": {"like": "(?P<word>[a-z]+)"}, "word": "yes"}})
    assert [len(list(entry.scopes({"line": line, "word": "yes"}))) for line in ("1 yes", "1 no")] == [1, 0]


VALUES = {
    "a path": ("type", "result"),
    "a boolean": (False, False),
    "a part": ({"path": "type", "like": "re(s.)"}, "su"),
    "a pattern without a group": ({"path": "type", "like": "re"}, None),
    "a pattern that is not there": ({"path": "type", "like": "(x)"}, None),
    "a part of a number": ({"path": "one", "like": "(1)"}, None),
    "the first there is": (["missing", "none", {"path": "type", "like": "(x)"}, "one", "type"], 1),
    "none": (["missing"], None),
    "no wish": (None, None),
}


@pytest.mark.parametrize(("wanted", "value"), VALUES.values(), ids=VALUES.keys())
def test_values_are_worded_in_several_ways(wanted: Any, value: Any) -> None:
    assert Scope(EVENT, EVENT).value(wanted) == value


TEMPLATES = {
    "text alone": ("hello", "hello"),
    "values": ("{type}: {one}", "result: 1"),
    "the first that is there": ("{missing|none|type}", "result"),
    "nothing": ("[{missing}]", "[]"),
    "false and zero are something": ("{^.zero} {^.no}", "0 false"),
    "a list as JSON": ("{message.content}", '[{"text": "a"}, {"text": "b"}, "c"]'),
    "on one line": ("a\n {lines}", "a b c"),
    "half a character": ("{half} {halves}", 'a\ufffdb ["\ufffd"]'),
}


@pytest.mark.parametrize(("template", "line"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_template_becomes_one_line(template: str, line: str) -> None:
    event = EVENT | {"lines": " b\r\n\tc\u2028", "zero": 0, "no": False, "halves": ["\ud800"]}
    assert Scope(event, event).fill(template, 100) == line


def test_a_line_is_cut() -> None:
    event = {"text": "x" * 100_000}
    assert Scope(event, event).fill("{text}", 10) == "x" * 9 + "…"


def test_what_is_nested_too_deeply_is_not_shown() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep, 100) == "…"
    while deep:  # taken apart by hand: older interpreters cannot free it in one go
        deep = deep[0]


def test_sound_text_stays_as_it_is_and_pairs_are_joined() -> None:
    assert [sound(text) for text in ("abc", "☃\U0001f600", "\ud83d\ude00", "\udc80")] == [
        "abc", "☃\U0001f600", "\U0001f600", "\ufffd",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a": [1, 0.5, None, True, "x"]}, {"a": [1, 0.5, None, True, "x"]}),
        ("\u00e9", "\u00e9"),
        ("\u00e9" * 20, None),
        (float("nan"), None),
        ([float("-inf")], None),
        ({"\ud800": "\ud83d\ude00"}, {"\ufffd": "\U0001f600"}),
    ],
)
def test_only_what_can_be_written_is_sane(value: Any, kept: Any) -> None:
    assert sane(value, 40) == kept


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" [1] ", [1]),
        ("", None),
        ("one", None),
        ("[1]]", None),
        (7, None),
        (["[1]"], None),
        ("[" * 99_999, None),
    ],
)
def test_a_text_of_json_is_parsed(text: Any, value: Any) -> None:
    assert parsed(text) == value
