"""Tests how values of specs are said in a few words."""

from __future__ import annotations

import pytest

from specrun.core.task import Json
from specrun.report.quoting import pair, value


@pytest.mark.parametrize(
    ("path", "told", "said"),
    [
        ("model", None, "none"),
        ("model", "opus", '"opus"'),
        ("timeout", 90.0, "1m30s"),
        ("timeout", 90061.5, "1d1h1m1.5s"),
        ("retry.delay", 0.0, "0s"),
        ("retry.limit", 2, "2"),
        ("budget", "1.00", "1.00 USD"),
        ("log_limit", 64 * 1024 * 1024, "64MiB"),
        ("log_limit", 5000, "5KB"),
        ("log_limit", 1023, "1023B"),
        ("inherit_config", True, "true"),
        ("vars.who", "wörld", '"wörld"'),
        ("vars.who", ["a", {"b": 1}], '["a", {"b": 1}]'),
    ],
)
def test_a_value_is_said_as_a_spec_has_it(path: str, told: Json, said: str) -> None:
    assert value(path, told) == said


def test_nothing_in_a_value_acts_on_a_terminal_or_hides() -> None:
    said = value("vars.who", "a\x1b[2J\u202eb\nc")
    assert said.isprintable()
    assert "\\u202e" in said


def test_two_values_that_fit_are_left_alone() -> None:
    assert pair("a", "b" * 20, 21) == ("a", "b" * 20)


def test_two_long_values_are_cut_where_they_begin_to_differ() -> None:
    before, after = pair("x" * 90 + "old" + "y" * 90, "x" * 90 + "new" + "y" * 90, 60)
    assert before == "..." + "x" * 8 + "old" + "y" * 13 + "..."
    assert after == "..." + "x" * 8 + "new" + "y" * 13 + "..."


def test_a_short_value_leaves_its_room_to_the_long_one() -> None:
    before, after = pair("short", "z" * 200, 60)
    assert (before, after) == ("short", "z" * 52 + "...")
    assert pair("z" * 200, "short", 60) == ("z" * 52 + "...", "short")


def test_values_that_begin_alike_only_a_little_are_kept_from_their_start() -> None:
    before, _ = pair("abc" + "x" * 90, "abd" + "y" * 90, 40)
    assert before.startswith("abcx")
