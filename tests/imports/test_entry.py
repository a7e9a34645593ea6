"""An entry stands where its first line does."""

from __future__ import annotations

from specrun.imports.entry import Entry
from specrun.imports.page import Row


def test_an_entry_begins_with_its_first_row() -> None:
    rows = (Row(line=4, column=3, text="a"), Row(line=5, text="b"))
    assert Entry(rows=rows).place == rows[0]
