"""Tests what lines of logs that are read together begin with."""

from __future__ import annotations

from specrun.core.task import TaskId
from specrun.report.colour import Paint
from specrun.report.prefixes import Prefixes, columns, heading

API, WEB = TaskId("auth/api"), TaskId("auth/website")


def test_a_task_alone_needs_none_but_its_checks_do() -> None:
    assert Prefixes().of(API) == ""
    assert Prefixes().of(API, "test") == "check test | "
    assert Prefixes(shown=False, several=True).of(API, "test") == ""


def test_of_several_the_address_is_told_without_what_a_terminal_would_act_on() -> None:
    several = Prefixes(several=True)
    assert several.of(API) == "auth/api | "
    assert several.of(API, "li\x1b[2Jnt") == "auth/api check lint | "


def test_they_are_aligned() -> None:
    several = Prefixes(several=True, columns=columns({API: ["ä", "e"], WEB: []}, 40))
    assert [several.of(API), several.of(WEB), several.of(API, "ä")] == [
        "auth/api         | ",
        "auth/website     | ",
        "auth/api check ä | ",
    ]
    assert columns({API: [], WEB: []}, 9) == 9
    assert columns({}, 9) == 0
    # What is longer goes beyond.
    assert Prefixes(several=True, columns=9).of(WEB) == "auth/website | "


def test_every_task_has_its_colour() -> None:
    several = Prefixes(names=(API, WEB), several=True, columns=12, paint=Paint(on=True))
    assert several.of(API) == "\x1b[36mauth/api     |\x1b[0m "
    assert several.of(WEB) == "\x1b[33mauth/website |\x1b[0m "
    assert several.of(TaskId("auth/new")) == "\x1b[35mauth/new     |\x1b[0m "


def test_a_heading_is_harmless() -> None:
    assert heading(TaskId("auth/\x07api"), 2) == "==> auth/api (attempt 2) <=="
