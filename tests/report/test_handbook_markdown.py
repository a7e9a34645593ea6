"""Tests pages of the handbook as Markdown."""

from __future__ import annotations

from specrun.report.handbook import Chapter, Entry, Fact, Page
from specrun.report.handbook_markdown import code, inert, markdown


def page(*entries: Entry, lines: tuple[str, ...] = ()) -> str:
    return markdown(Page(title="T", text="", chapters=(Chapter(title="C", entries=entries, code=lines),)))


def test_names_and_meanings_become_a_table() -> None:
    told = page(Entry(term="a", text="One *star*."), Entry(term="b", text="`code_here`"))
    assert told == "# T\n\n## C\n\n| | |\n|:--|:--|\n| `a` | One \\*star\\*. |\n| `b` | `code_here` |\n"


def test_what_would_end_a_cell_makes_a_list() -> None:
    told = page(
        Entry(term="--format [a|b]", text="How.", facts=(Fact(label="variable", code=("X_Y",)),)),
        Entry(term="--all", text="All."),
    )
    assert told.endswith("\n- `--format [a|b]`: How. (variable: `X_Y`)\n- `--all`: All.\n")


def test_much_to_say_makes_a_section_for_each() -> None:
    facts = (Fact(label="value", words="text"), Fact(label="examples", code=("a", "`b")))
    assert page(Entry(term="t.k", text="What.", facts=facts)) == (
        "# T\n\n## C\n\n### `t.k`\n\nWhat.\n\n- value: text\n- examples: `a`, `` `b ``\n"
    )


def test_lines_to_type_become_a_block() -> None:
    assert page(lines=("# why", "specrun diff")).endswith("\n```sh\n# why\nspecrun diff\n```\n")


def test_nothing_but_backticks_means_anything() -> None:
    assert inert("[a](b) <c> #d e_f | `g*h`") == r"\[a\](b) \<c\> \#d e\_f \| `g*h`"
    assert (code("a``b"), code("`")) == ("```a``b```", "`` ` ``")
