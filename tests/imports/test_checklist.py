"""Boxes are tasks, ticked ones are done, and boxes inside of items are text."""

from __future__ import annotations

import pytest

from specrun.imports import checklist
from specrun.imports.page import opened

TEXT = """\
# Plan: Shop

- Backend
  - [ ] Create the API (id: api) <!-- soon -->
    with care
    - [x] first half
  - [X] Old thing
* [ ]   e\u0301 spaced\u0020\u0020
1. [ ] numbered

A word. - [ ] not at the start
- [] no box
- [ ]
```
- [ ] code
```
<!-- - [ ] hidden -->
"""


def test_boxes() -> None:
    found = checklist.read(opened(TEXT, "f"))
    assert (found.form, found.title) == ("checklist", "Shop")
    assert [(one.place.text, one.done, one.box, one.number) for one in found.entries] == [
        ("Create the API (id: api)", False, "Create the API (id: api) <!-- soon -->", ""),
        ("Old thing", True, "Old thing", ""),
        ("e\u0301 spaced", False, "e\u0301 spaced", ""),
        ("numbered", False, "numbered", "1"),
    ]
    assert [row.text for row in found.entries[0].rows[1:]] == ["with care", "- [x] first half"]


@pytest.mark.parametrize(
    ("text", "has"),
    [(TEXT, True), ("- [ ] a", True), ("- a", False), ("```\n- [ ] a\n```", False), ("", False)],
)
def test_whether_there_are_boxes(text: str, has: bool) -> None:  # noqa: FBT001 - a row of the table
    assert checklist.has_boxes(opened(text, "f")) is has
