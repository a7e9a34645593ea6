"""What a contract asks for where nobody has said anything."""

from __future__ import annotations

from specrun.core.contract import Contract, Judge, Rewind


def test_words_that_pass_come_first() -> None:
    assert Judge(passing=("yes", "fine"), failing=("no",)).words == ("yes", "fine", "no")


def test_nothing_is_asked_for_by_default_and_work_is_sent_back_once() -> None:
    empty = Contract()
    assert (empty.checks, empty.touches, empty.outputs, empty.judge) == ((), (), None, None)
    # Protecting nothing is something that a spec says; to say nothing means the defaults.
    assert empty.protect is None
    assert Rewind(to="api").limit == 1
