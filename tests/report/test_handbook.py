"""Tests how a page of the handbook looks on a terminal."""

from __future__ import annotations

from specrun.report.colour import Paint
from specrun.report.handbook import Chapter, Entry, Fact, Page, text
from specrun.report.text import clean, width

PAGE = Page(
    title="Words",
    text="What they mean, in a sentence that is longer than the terminal is wide.\n\nAnd more.",
    chapters=(
        Chapter(
            title="List",
            text="Of two.",
            entries=(
                Entry(term="one", text="The first of all, and the best of them."),
                Entry(term="--a-term-that-is-much-too-long VALUE", text="Stands below."),
                Entry(term="bare", text="", facts=(Fact(label="value", words="text", code=("a", "b")),)),
            ),
        ),
        Chapter(title="", code=("$ run", "  it")),
    ),
)


def test_a_page_on_a_narrow_terminal() -> None:
    assert text(PAGE, room=40).splitlines() == [
        "Words",
        "",
        "What they mean, in a sentence that is",
        "longer than the terminal is wide.",
        "",
        "And more.",
        "",
        "List:",
        "  Of two.",
        "  one   The first of all, and the best",
        "        of them.",
        "  --a-term-that-is-much-too-long VALUE",
        "        Stands below.",
        "  bare  value: text, a, b",
        "",
        "  $ run",
        "    it",
    ]


def test_it_never_grows_wider_than_a_page() -> None:
    long = Page(title="t", text="word " * 100)
    assert max(map(width, text(long, room=400).splitlines())) <= 100
    assert text(long) == text(long, room=100)


def test_colours_change_nothing_else() -> None:
    painted = text(PAGE, room=60, paint=Paint(on=True))
    assert painted != text(PAGE, room=60)
    assert clean(painted) == text(PAGE, room=60)
