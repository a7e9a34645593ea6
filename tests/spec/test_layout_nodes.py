"""What is said beside a value is kept once; an earlier remark gives way upward."""

from __future__ import annotations

from specrun.spec.layout_nodes import Entry, Leaf, Note


def test_a_later_comment_on_the_line_moves_the_earlier_one_above() -> None:
    entry = Entry(Leaf("", "", ""))
    first, second = Note("# one"), Note("# two")
    entry.beside([first])
    entry.beside([])
    assert (entry.lead, entry.aside) == ([], [first])
    entry.beside([second])
    assert (entry.lead, entry.aside) == ([first], [second])


def test_what_moves_above_keeps_its_order_and_the_empty_line_before_it() -> None:
    entry = Entry(Leaf("", "", ""), blank=True)
    later, earlier = Note("# later", place=9), Note("# earlier", place=3, blank=True)
    entry.above([later])
    assert (later.blank, entry.blank) == (True, False)
    entry.above([earlier])
    entry.above([])
    assert entry.lead == [earlier, later]
