"""Tests that tables are laid out the same everywhere."""

from __future__ import annotations

from specrun.report.table import markdown, plain


def test_plain() -> None:
    assert plain(("a", "b"), [("1.50", "日")]) == "a     b\n----  ---\n1.50  日"


def test_markdown_counts_characters_whatever_is_installed() -> None:
    assert markdown(("a", "b"), [("1e3", "日")]) == "| a   | b   |\n|-----|-----|\n| 1e3 | 日   |"
