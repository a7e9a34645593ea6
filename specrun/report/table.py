"""Lays out tables; the only caller of tabulate."""

from __future__ import annotations

from collections.abc import Sequence


def plain(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Answer a table for a terminal, without a line end."""
    return _laid_out(heads, rows, "simple")


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Answer a Markdown table, without a line end; cells must be inert already."""
    return _laid_out(heads, rows, "github")


def _laid_out(heads: Sequence[str], rows: Sequence[Sequence[str]], style: str) -> str:
    # Imported late: it costs a quarter of the start-up time, and few commands print a table.
    import tabulate

    # Else the bytes would depend on whether another library happens to be installed.
    tabulate.WIDE_CHARS_MODE = False
    return tabulate.tabulate(rows, headers=heads, tablefmt=style, disable_numparse=True)
