"""One declared word is a verdict, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.contract import Judge
from specrun.core.reasons import FOREIGN_VERDICT, NO_VERDICT, code
from specrun.core.verdict import Verdict, verdict

JUDGE = Judge(passing=("approved", "fine"), failing=("rejected",))


@pytest.mark.parametrize("left", ["approved", "approved\n", "  approved\t\r\n", "\n\napproved"])
def test_a_passing_word_passes_with_white_space_around_it(left: str) -> None:
    assert verdict(JUDGE, left, "", None) == Verdict(word="approved")


def test_a_failing_word_is_a_verdict_and_fails_the_judge() -> None:
    assert verdict(JUDGE, "rejected\n", "", None) == Verdict(word="rejected", reason="verdict: rejected")


@pytest.mark.parametrize(
    "left",
    [
        *("Approved", "APPROVED", "approve", "approved!", "approved rejected", "approved\napproved"),
        *("approved\nrejected\n", "\x1b[32mapproved\x1b[0m", "approved\x00", "\ufeffapproved"),
        *("appr\u043eved", "fine,approved", "rejected approved", '"approved"', "unknown" * 1000),
    ],
)
def test_anything_else_is_foreign_and_told_without_escape_codes(left: str) -> None:
    found = verdict(JUDGE, left, "", None)
    assert found.word is None
    assert code(found.reason) == FOREIGN_VERDICT
    assert found.reason.endswith("is none of approved, fine, rejected")
    assert found.reason.isascii()
    assert found.reason.isprintable()
    assert len(found.reason) < 300


@pytest.mark.parametrize("left", ["", " ", "\n\n", None])
def test_no_word_is_no_verdict(left: str | None) -> None:
    assert verdict(JUDGE, left, "", None) == Verdict(
        word=None, reason="no_verdict: declared are approved, fine, rejected"
    )


def test_what_could_not_be_taken_is_no_verdict_whatever_else_was_said() -> None:
    wrong = Verdict(word=None, reason="foreign_verdict: it is a FIFO")
    assert verdict(JUDGE, None, "it is a FIFO", "approved") == wrong
    assert verdict(JUDGE, "approved", "it is a FIFO", None) == wrong


def test_the_structured_word_counts_where_no_file_was_left() -> None:
    assert verdict(JUDGE, None, "", "fine") == Verdict(word="fine")
    assert verdict(JUDGE, "rejected", "", "fine").word == "rejected"
    assert verdict(JUDGE, "", "", "fine").word is None
    assert code(verdict(JUDGE, None, "", "").reason) == NO_VERDICT
    assert code(verdict(JUDGE, None, "", "Fine").reason) == FOREIGN_VERDICT


@given(st.text())
def test_a_verdict_is_a_declared_word_or_none_at_all(left: str) -> None:
    found = verdict(JUDGE, left, "", None)
    assert found.word in {None, left.strip()}
    assert found.word is None or found.word in JUDGE.words
    assert (found.reason == "") == (found.word in JUDGE.passing)
