"""Tests the options that verbs share."""

from __future__ import annotations

import click
import pytest

from specrun.commands.flags import DURATION, going, replacing, selecting


def test_a_duration_is_answered_in_seconds() -> None:
    assert DURATION.convert("1h30m", None, None) == 5400.0
    assert DURATION.convert(2.5, None, None) == 2.5


@pytest.mark.parametrize("text", ["", "3", "3 s", "-1s", "x"])
def test_a_number_without_unit_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write for example 90s, 20m or 2h"):
        DURATION.convert(text, None, None)


def test_going_adds_all_flags_in_order() -> None:
    @click.command()
    @going
    def verb(**told: object) -> dict[str, object]:
        return told

    told = verb.main(["-y", "-j", "3", "--timeout", "2m"], standalone_mode=False)
    assert told == {
        "yes": True,
        "jobs": 3,
        "timeout": 120.0,
        "retry_failed": False,
        "detach": False,
        "commit": False,
        "force": False,
        "as_json": False,
    }
    assert [one.name for one in verb.params][:2] == ["yes", "jobs"]


@click.command()
@selecting
def _looking(**told: object) -> dict[str, object]:
    return told


@click.command()
@selecting
@replacing
def _acting(**told: object) -> dict[str, object]:
    return told


def test_every_selector_may_be_repeated() -> None:
    words = ["target", "only", "from", "until", "exclude", "label", "domain"]
    line = [part for word in words for part in (f"--{word}", "a", f"--{word}", "b")]
    told = _looking.main([*line, "--failed", "--changed"], standalone_mode=False)
    assert told == {
        **{"from_" if word == "from" else word: ("a", "b") for word in words},
        "failed": True,
        "changed": True,
    }


def test_nothing_is_selected_by_itself() -> None:
    told = _acting.main([], standalone_mode=False)
    assert set(told.values()) == {(), False}
    assert "replace" in told


def test_only_verbs_that_start_something_can_replace() -> None:
    assert _acting.main(["--replace", "a"], standalone_mode=False)["replace"] == ("a",)
    with pytest.raises(click.NoSuchOption):
        _looking.main(["--replace", "a"], standalone_mode=False)


def test_selectors_are_told_in_the_same_words_everywhere() -> None:
    told = [
        {one.name: one.help for one in verb.params if isinstance(one, click.Option)}
        for verb in (_looking, _acting)
    ]
    assert {**told[1], "replace": None} == {**told[0], "replace": None}
    assert all(told[0].values())
