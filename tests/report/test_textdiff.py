"""Tests how texts are compared."""

from __future__ import annotations

from specrun.report.textdiff import Hunk, counted, hunks, rows, short, unified


def test_only_what_differs_is_told() -> None:
    found = hunks("a\nb\nc", "a\nB\nc\nd")
    assert found == (Hunk(("b",), ("B",)), Hunk((), ("d",)))
    assert rows(found, 80) == ["- b", "+ B", "+ d"]
    assert hunks("a\nb", "a\nb") == ()


def test_how_much_differs() -> None:
    assert counted(hunks("a\nb", "c\nd")) == "2 lines removed, 2 added"
    assert counted(hunks("a", "a\nb")) == "1 line added"
    assert counted(hunks("a\nb", "b")) == "1 line removed"


def test_a_few_lines_are_short() -> None:
    assert short(hunks("a\nb\nc", "d\ne\nf"))
    assert not short(hunks("a\nb\nc", "d\ne\nf\ng"))


def test_long_lines_are_cut_to_the_place_where_they_differ() -> None:
    told = rows(hunks("w " * 60 + "old", "w " * 60 + "new"), 40)
    assert [row[-3:] for row in told] == ["old", "new"]
    assert all(len(row) <= 40 for row in told)
    assert rows(hunks("", "z" * 90), 20) == ["- ", "+ " + "z" * 15 + "..."]


def test_what_nobody_would_see_is_made_visible() -> None:
    told = rows(hunks("a\x1b[2J", "a\u200b"), 80)
    assert told == ["- a\\x1b[2J", "+ a\\u200b"]
    assert unified("a\x07", "b") == ["--- recorded", "+++ now", "@@ -1 +1 @@", "-a\\x07", "+b"]
