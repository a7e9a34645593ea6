"""The words of reasons: a code that scripts match, and what people want to know besides."""

from __future__ import annotations

import pytest

from specrun.core import reasons
from specrun.core.reasons import code, named, told, unproven


def test_a_reason_is_a_code_and_perhaps_a_detail() -> None:
    assert told("check_failed") == "check_failed"
    assert told("check_failed", "test: 1") == "check_failed: test: 1"
    assert code("check_failed: test: 1") == code("check_failed") == "check_failed"


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        *((told(word, "x"), True) for word in (reasons.CHECK_FAILED, reasons.OUTSIDE_TOUCHES)),
        *((told(word, "x"), True) for word in (reasons.OUTPUTS_MISSING, reasons.OUTPUTS_INVALID)),
        *((word, True) for word in (reasons.NO_VERDICT, reasons.FOREIGN_VERDICT, reasons.TOOL_MOVED)),
        *((word, True) for word in (reasons.NOTHING_CHANGED, reasons.OUTSIDE_LINKS)),
        *((word, False) for word in ("", "exit code 1", "timeout", "check_failed_not", reasons.BUDGET)),
        # A verdict is about somebody else's work.
        (told(reasons.VERDICT, "rejected"), False),
    ],
)
def test_some_reasons_say_that_work_was_done_and_found_wanting(reason: str, *, expected: bool) -> None:
    assert unproven(reason) is expected


def test_of_many_things_the_first_few_are_named() -> None:
    assert named([]) == ""
    assert named("ab") == "a, b"
    assert named("abcde") == "a, b, c, d, e"
    assert named(iter("abcdefg")) == "a, b, c, d, e (+2 more)"
