"""What a change may touch, and that it has to be one where something was to be changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.contract import Contract
from specrun.core.scope import shortfall
from specrun.core.world import CarriedFile
from tests.core.make import checked, judging

GONE = "0" * 40


def files(*paths: str) -> list[CarriedFile]:
    return [CarriedFile(path, "100644", "b" * 40) for path in paths]


TOUCHES = Contract(touches=("src", "docs/*.md"))


def test_a_change_within_what_may_be_touched_is_fine() -> None:
    assert shortfall(TOUCHES, files("src/a/b.py", "docs/x.md"), ()) == ""


def test_files_outside_are_named_deleted_ones_too() -> None:
    assert shortfall(TOUCHES, files("src/a", "lib/b", "docs/x.py"), ()) == "outside_touches: lib/b, docs/x.py"
    # A move out of there is a deletion here and a new file there.
    moved = [CarriedFile("src/a", "000000", GONE), CarriedFile("lib/a", "100644", "b" * 40)]
    assert shortfall(TOUCHES, moved, ()) == "outside_touches: lib/a"
    assert shortfall(TOUCHES, [CarriedFile("lib/a", "000000", GONE)], ()) == "outside_touches: lib/a"
    many = files(*(f"lib/{number}" for number in range(9)))
    assert shortfall(TOUCHES, many, ()) == "outside_touches: lib/0, lib/1, lib/2, lib/3, lib/4 (+4 more)"


def test_capitals_count() -> None:
    assert shortfall(TOUCHES, files("SRC/a"), ()) == "outside_touches: SRC/a"


def test_nothing_changed_is_a_failure_only_where_something_may_be_touched() -> None:
    assert shortfall(TOUCHES, [], ()) == "nothing_changed"
    assert shortfall(checked("test"), [], ()) == ""
    assert shortfall(Contract(), [], ()) == ""


@pytest.mark.parametrize("contract", [TOUCHES, checked("test"), checked("test", touches=("src",))])
def test_links_that_lead_out_of_the_tree_are_no_work(contract: Contract) -> None:
    assert shortfall(contract, files("src/link"), ["src/link"]) == "outside_links: src/link"


def test_what_nobody_checks_may_link_anywhere() -> None:
    assert shortfall(Contract(), files("link"), ["link"]) == ""


def test_files_outside_are_told_before_links() -> None:
    assert shortfall(TOUCHES, files("lib/link"), ["lib/link"]) == "outside_touches: lib/link"


def test_edits_of_a_judge_are_discarded_and_not_held_against_it() -> None:
    judge = replace(judging(), touches=("src",), checks=checked("test").checks)
    assert shortfall(judge, [], ()) == ""
    assert shortfall(judge, files("lib/a"), ["lib/a"]) == ""
