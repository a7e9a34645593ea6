"""What a check has said, and how much of it is kept."""

from __future__ import annotations

from dataclasses import replace

from specrun.core.evidence import KEPT
from tests.core.make import said


def test_a_check_has_passed_when_nothing_speaks_against_it() -> None:
    assert said("test").passed
    assert not said("test", "exit code 1").passed
    # An exit code alone proves nothing.
    assert not replace(said("test", "left processes behind"), exit_code=0).passed


def test_history_keeps_the_end_of_what_a_failed_check_printed_and_nothing_of_one_that_passed() -> None:
    long = "x" * KEPT + "the end"
    failed = replace(said("test", "exit code 1"), tail=long)
    assert failed.short() == replace(failed, tail=long[-KEPT:])
    assert replace(said("test"), tail=long).short() == said("test")
