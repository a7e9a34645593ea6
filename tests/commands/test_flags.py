"""Tests the options that verbs share."""

from __future__ import annotations

import click
import pytest

from specrun.commands.flags import DURATION, going


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
