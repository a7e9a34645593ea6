"""Boxes are ticked by their text, and nothing else of the file changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specrun.core.checklist import Entry, listed, tick
from specrun.core.fingerprint import fingerprint
from specrun.core.task import Desired, TaskId
from specrun.core.world import Status
from specrun.errors import Where
from tests.core import make


def done(*items: str) -> list[Entry]:
    return [Entry(item=item, done=True) for item in items]


def entries(*items: str) -> list[Entry]:
    """Entries by their text, those with a + before it done."""
    return [Entry(item=item.removeprefix("+"), done=item.startswith("+")) for item in items]


SITUATIONS = {
    "the box of finished work is ticked": ("- [ ] A\n- [ ] B\n", "+A B", "- [x] A\n- [ ] B\n"),
    "every bullet and number has boxes": (
        "* [ ] A\n+ [ ] B\n1. [ ] C\n22) [ ] D",
        "+A +B +C +D",
        "* [x] A\n+ [x] B\n1. [x] C\n22) [x] D",
    ),
    "a box is never emptied": ("- [x] A\n- [X] B\n", "A B", "- [x] A\n- [X] B\n"),
    "a large X stays large": ("- [X] A\n", "+A", "- [X] A\n"),
    "of equal texts the second belongs to the second": ("- [ ] A\n- [ ] A\n", "A +A", "- [ ] A\n- [x] A\n"),
    "what was done before its task was written is left out": (
        "- [x] A\n- [ ] A\n",
        "+A",
        "- [x] A\n- [x] A\n",
    ),
    "of more boxes than tasks the last count": ("- [ ] A\n- [ ] A\n", "+A", "- [ ] A\n- [x] A\n"),
    "code is no list": ("- [ ] A\n```\n- [ ] A\n```\n", "+A", "- [x] A\n```\n- [ ] A\n```\n"),
    "a longer fence ends only by its like": (
        "- [ ] A\n~~~~\n~~~\n- [ ] A\n~~~~\n- [ ] B\n",
        "+A +B",
        "- [x] A\n~~~~\n~~~\n- [ ] A\n~~~~\n- [x] B\n",
    ),
    "comments are no list": (
        "- [ ] A\n<!--\n- [ ] A\n-->\n- [ ] B\n",
        "+A +B",
        "- [x] A\n<!--\n- [ ] A\n-->\n- [x] B\n",
    ),
    "a comment may begin behind an item": (
        "- [ ] A\n- [ ] B <!-- x\n- [ ] A\n-->\n",
        "+A",
        "- [x] A\n- [ ] B <!-- x\n- [ ] A\n-->\n",
    ),
    "an item below another is not meant where there is one of its own": (
        "- [ ] A\n- [ ] B\n\n  - [ ] A\n",
        "+A",
        "- [x] A\n- [ ] B\n\n  - [ ] A\n",
    ),
    "but it is where it is the only one": ("- B\n  - [ ] A\n", "+A", "- B\n  - [x] A\n"),
    "one blank makes no item deeper": ("- [ ] B\n - [ ] A\n", "+A", "- [ ] B\n - [x] A\n"),
    "nor does it where both are meant": (
        "- [ ] B\n - [ ] A\n- [ ] A\n",
        "+A A",
        "- [ ] B\n - [x] A\n- [ ] A\n",
    ),
    "text behind a list ends it": (
        "- [ ] B\n\nThen:\n\n  - [ ] A\n- [ ] A\n",
        "+A A",
        "- [ ] B\n\nThen:\n\n  - [x] A\n- [ ] A\n",
    ),
    "line ends stay": ("- [ ] A\r\n- [ ] B\r- [ ] C", "+A +B +C", "- [x] A\r\n- [x] B\r- [x] C"),
    "a byte order mark stays": ("\ufeff- [ ] A\n", "+A", "\ufeff- [x] A\n"),
    "links are no boxes": ("- [ ](A)\n- [] A\n", "+A", "- [ ](A)\n- [] A\n"),
}


@pytest.mark.parametrize(("text", "items", "after"), SITUATIONS.values(), ids=SITUATIONS)
def test_boxes_of_finished_work_are_ticked(text: str, items: str, after: str) -> None:
    found = tick(text, entries(*items.split()))
    assert found.text == after
    assert found.count == sum(one != other for one, other in zip(text, after, strict=True))
    assert tick(found.text, entries(*items.split())).count == 0


def test_blanks_and_unicode_forms_do_not_matter() -> None:
    found = tick("-  [ ]   Caf\u00e9\t (a)  \n", done("Cafe\u0301 (a)"))
    assert (found.text, found.missing) == ("-  [x]   Caf\u00e9\t (a)  \n", ())


def test_finished_work_without_a_box_is_named_once() -> None:
    found = tick("- [ ] A\n", [*entries("+A", "+B", "+B", "C"), *done("A")])
    assert (found.count, found.missing) == (1, ("A", "B"))


LISTS = st.lists(
    st.sampled_from(
        ["- [ ] A", "- [x] A", "  - [ ] B", "- [ ] B", "```", "<!--", "-->", "# A", "", "1) [ ] C"]
    )
)


@given(LISTS, st.lists(st.builds(Entry, item=st.sampled_from("ABC"), done=st.booleans()), max_size=6))
def test_only_empty_boxes_become_ticked_ones_and_once(lines: list[str], wanted: list[Entry]) -> None:
    text = "\n".join(lines)
    found = tick(text, wanted)
    changed = [(old, new) for old, new in zip(text, found.text, strict=True) if old != new]
    assert changed == [(" ", "x")] * found.count
    assert found.count <= sum(entry.done for entry in wanted)
    again = tick(found.text, wanted)
    assert (again.text, again.count) == (found.text, 0)


def test_entries_stand_in_the_order_of_the_file() -> None:
    late, early, other, plain = (
        make.task(name, where=Where("specs/demo.yaml", line), item=item)
        for name, line, item in (("a", 9, "Same"), ("b", 3, "Same"), ("c", 1, "C"), ("d", 2, ""))
    )
    tasks = [late, early, replace(other, id=TaskId("other/c")), plain]
    desired = Desired(specs={}, tasks={task.id: task for task in tasks})
    print_ = fingerprint(plain, plain.prompt, {})
    runs = {
        late.id: make.run(print_, "a", Status.FAILED),
        early.id: make.run(print_, "b", Status.ACCEPTED),
    }
    found = listed(desired, early.spec, runs)
    assert found == (Entry(item="Same", done=True), Entry(item="Same", done=False))
