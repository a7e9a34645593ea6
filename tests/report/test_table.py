"""Tests that tables are laid out the same everywhere."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import tabulate

from specrun.report.table import markdown, plain


def test_plain() -> None:
    assert plain(("a", "b"), [("1.50", "日")]) == "a     b\n----  ---\n1.50  日"


def test_markdown_counts_characters_whatever_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    # A stand-in for the optional library that counts every character as three columns.
    monkeypatch.setattr(tabulate, "wcwidth", SimpleNamespace(wcswidth=lambda text: 3 * len(text)))
    monkeypatch.setattr(tabulate, "WIDE_CHARS_MODE", True)
    assert markdown(("a", "b"), [("1e3", "日")]) == "| a   | b   |\n|-----|-----|\n| 1e3 | 日   |"
