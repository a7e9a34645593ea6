"""Entries become items with a title, a prompt, a domain and a complexity, or all that is wrong is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from specrun.core.draft import Draft, Item
from specrun.errors import InvalidSpec
from specrun.imports.entry import Entry, Listing
from specrun.imports.items import DESCRIPTION, MAX_TEXT, drafted
from specrun.imports.page import MAX_PROBLEMS, MAX_TASKS, Row, opened


def draft(*entries: Entry, domains: Mapping[str, Sequence[str]] | None = None, **more: str) -> Draft:
    return drafted(opened("\n" * 9, "f"), Listing(entries=entries, form="x", **more), domains or {})  # type: ignore[arg-type]


def entry(text: str, line: int = 1) -> Entry:
    return Entry(rows=tuple(Row(line=line, text=each) for each in text.split("\n")))


def item(text: str, domains: Mapping[str, Sequence[str]] | None = None) -> Item:
    return draft(entry(text), domains=domains).items[0]


@pytest.mark.parametrize(
    ("text", "title", "prompt"),
    [
        ("Do it", "Do it", "Do it"),
        ("**Do** `it`:  now:\nmore", "Do it: now", "**Do** `it`:  now:\nmore"),
        ("(id: x)\nDo it\n\n", "Do it", "Do it"),
        ("x" * 101, "x" * 99 + "…", "x" * 101),
        ("e\u0301", "é", "é"),
        ("::", "::", "::"),
        ("a  \n  b  ", "a", "a\n  b"),
        ("a → /tidy", "a", "a\n\nUse the skill `tidy` for this."),
    ],
)
def test_titles_and_prompts(text: str, title: str, prompt: str) -> None:
    found = item(text)
    assert (found.title, found.prompt) == (title, prompt)


@pytest.mark.parametrize(
    ("text", "domain", "prompt"),
    [
        ("backend: Paint", "backend", "Paint"),
        ("Backend：Paint", "backend", "Paint"),
        ("note: Paint", None, "note: Paint"),
        ("own: Paint", "own", "Paint"),
        ("frontend: Paint (domain: Web UI)", "web-ui", "frontend: Paint"),
        ("Paint (domain: 보안)", "security", "Paint"),
        ("Paint\nthe page", "frontend", "Paint\nthe page"),
        ("Paint the page\nand the api endpoint", "frontend", "Paint the page\nand the api endpoint"),
        ("Go\nto the api endpoint", "backend", "Go\nto the api endpoint"),
    ],
)
def test_domains(text: str, domain: str | None, prompt: str) -> None:
    found = item(text, {"own": ()})
    assert (found.domain, found.prompt) == (domain, prompt)


@pytest.mark.parametrize(
    ("section", "domain"),
    [("Backend", "backend"), ("Own", "own"), ("백엔드", "backend"), ("Phase 1", None), ("API and UI", None)],
)
def test_headings_that_name_a_domain(section: str, domain: str | None) -> None:
    found = draft(Entry(rows=(Row(line=1, text="Paint"),), section=section), domains={"own": ()})
    assert found.items[0].domain == domain


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Do it", "medium"),
        ("Check it\nthe design", "low"),
        ("Do it\nthe design", "high"),
        ("Fix (complexity: low)", "low"),
    ],
)
def test_complexities(text: str, level: str) -> None:
    assert item(text).complexity == level


def test_domains_are_declared_once_with_a_few_keywords() -> None:
    texts = ("backend: a", "own: b", "new-one", "backend: c")
    entries = [entry(text) for text in texts]
    entries[2] = Entry(rows=entries[2].rows, domain="New one")
    found = draft(*entries, Entry(rows=entries[0].rows, domain="gone", done=True), domains={"own": ("x",)})
    keywords = ("api", "endpoint", "server", "jwt", "oauth", "middleware", "backend", "back-end")
    assert found.domains == (("backend", keywords), ("new-one", ()))


def test_lines_for_people_are_short() -> None:
    found = draft(entry("a"), title=" A  title", description="x" * 400)
    assert (found.title, len(found.description)) == ("A title", DESCRIPTION)


def test_done_items_are_counted() -> None:
    done = Entry(rows=(Row(line=1, text="a"),), done=True)
    assert draft(entry("b"), done).notes == ("1 item is done and was left out.",)
    assert draft(entry("b"), done, done).notes == ("2 items are done and were left out.",)


def told(*entries: Entry) -> list[str]:
    with pytest.raises(InvalidSpec) as caught:
        draft(*entries)
    return [str(one) for one in caught.value.problems]


def test_everything_that_is_wrong_is_told_in_the_order_of_lines() -> None:
    assert told(entry("a (depends_on: x)", 3), entry("b (complexity: x)", 2), entry("(id: c)", 1)) == [
        "f:1:1: error[E201]: the task says nothing; fix: write what to do",
        'f:2:16: error[E207]: unknown complexity "x"; fix: write one of: low, medium, high',
        'f:3:16: error[E205]: depends_on names unknown task "x"; fix: known: a, b, c',
    ]


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ([], "f:1:1: error[E201]: the list has no task; "),
        (
            [Entry(rows=(Row(line=2, text="a"),), done=True)] * 2,
            "f:2:1: error[E201]: every task of the list is done (2); ",
        ),
        ([entry("a")] * (MAX_TASKS + 1), "f:1:1: error[E110]: the list has 501 tasks (limit 500); "),
        ([entry("a" * MAX_TEXT)], "f:1:1: error[E110]: one task of 250,001 characters (limit 250,000); "),
        (
            [Entry(rows=(Row(line=1, text="a"),), domain="설계")],
            'f:1:1: error[E204]: "설계" is no name of a domain; ',
        ),
    ],
)
def test_limits(entries: list[Entry], problem: str) -> None:
    (one,) = told(*entries)
    assert one.startswith(problem)


def test_only_so_many_problems_are_told() -> None:
    assert len(told(*[entry("a (depends_on: x)")] * 100)) == MAX_PROBLEMS


def test_as_many_tasks_as_are_allowed() -> None:
    assert len(draft(*[entry("a")] * MAX_TASKS).items) == MAX_TASKS


def test_only_a_few_notes_are_told() -> None:
    notes = tuple(str(number) for number in range(12))
    found = drafted(opened("a", "f"), Listing(entries=(entry("a"),), form="x", notes=notes), {})
    assert found.notes == (*notes[:10], "There are 2 more notes.")
