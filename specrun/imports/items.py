"""Makes entries into a draft: titles, prompts, ids, domains, complexities and edges, or all that is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from specrun.core.complexity import USUAL, guessed
from specrun.core.domains import BUILT_IN, detected, known
from specrun.core.draft import Draft, Item
from specrun.core.unseen import quoted
from specrun.core.words import folded
from specrun.errors import InvalidSpec, Problem, Where
from specrun.imports.entry import Entry, Listing
from specrun.imports.inline import domain_of
from specrun.imports.linking import linked
from specrun.imports.naming import named, own
from specrun.imports.page import MAX_PROBLEMS, MAX_TASKS, Page
from specrun.imports.tags import untagged

TITLE, DESCRIPTION = 100, 300
"""Characters of a line for people."""
KEYWORDS, NOTES = 8, 10
MAX_TEXT = 250_000
"""Characters of the text of one task; specs take no more in one value."""

_MARKS = ("**", "__", "`")


def drafted(page: Page, listing: Listing, domains: Mapping[str, Sequence[str]]) -> Draft:
    """Answer the draft; `domains` are those of the settings with their keywords. Raises InvalidSpec."""
    problems: list[Problem] = []
    if len(listing.entries) > MAX_TASKS:
        what = f"the list has {len(listing.entries):,} tasks (limit {MAX_TASKS})"
        problems.append(page.problem(listing.entries[MAX_TASKS].place, "E110", what, "split it into several"))
        raise InvalidSpec(tuple(problems))
    entries = []
    for written in listing.entries:
        entry, wrong = untagged(page, written)
        entries.append(_spoken(entry, domains))
        problems += wrong or _silent(page, entries[-1])
    titles = [_title(entry) for entry in entries]
    ids, wrong = named(page, entries, titles)
    edges, notes, unknown = linked(page, replace(listing, entries=tuple(entries)), ids)
    problems += [*wrong, *unknown, *_over(page, entries)]
    if problems:
        problems.sort(key=lambda one: (one.where.line, one.where.column))
        raise InvalidSpec(tuple(problems[:MAX_PROBLEMS]))
    items = tuple(
        _item(
            entry, ids[place], titles[place], domains, tuple(ids[one] for one in sorted(edges.get(place, ())))
        )
        for place, entry in enumerate(entries)
    )
    return Draft(
        items=items,
        form=listing.form,
        title=_cut(_plain(listing.title), TITLE),
        description=_cut(_plain(listing.description), DESCRIPTION),
        domains=_used(items, domains),
        notes=_few((*_ticked(items), *notes, *listing.notes)),
    )


def _spoken(entry: Entry, domains: Mapping[str, Sequence[str]]) -> Entry:
    """Take a domain that the text begins with (`backend: Create API`), or that its heading names."""
    if entry.domain:
        # What has no letters that specs accept may mean a domain that has a name: `백엔드: API 작성`.
        found = "" if own(entry.domain) else _meant(entry.domain, domains)
        return replace(entry, domain=found) if found else entry
    said = domain_of(entry.rows[0])
    if said and own(said[0]) in {*BUILT_IN, *domains}:
        return replace(entry, domain=said[0], rows=(said[1], *entry.rows[1:]))
    return replace(entry, domain=_meant(entry.section, domains))


def _meant(written: str, domains: Mapping[str, Sequence[str]]) -> str:
    """Answer the domain that has this name, or else this very word as a keyword; "" where none has."""
    if own(written) in {*BUILT_IN, *domains}:
        return own(written)
    word = folded(written)
    found = (name for name, words in known(domains).items() if word and word in map(folded, words))
    return next(found, "")


def _silent(page: Page, entry: Entry) -> list[Problem]:
    problems = []
    length = sum(len(row.text.strip()) + 1 for row in entry.rows)
    if length == len(entry.rows):
        problems.append(page.problem(entry.place, "E201", "the task says nothing", "write what to do"))
    if length > MAX_TEXT:
        what = f"one task of {length:,} characters (limit {MAX_TEXT:,})"
        problems.append(page.problem(entry.place, "E110", what, "put it into a file, and name that"))
    if entry.domain and not own(entry.domain):
        fix = "use lower case letters, digits, - and _"
        problems.append(
            page.problem(entry.place, "E204", f"{quoted(entry.domain)} is no name of a domain", fix)
        )
    return problems


def _over(page: Page, entries: Sequence[Entry]) -> list[Problem]:
    """Say that nothing is left to do."""
    if not entries:
        fix = "write one task per line, or see `specrun init --help`"
        return [Problem(where=Where(page.file), code="E201", what="the list has no task", fix=fix)]
    if all(entry.done for entry in entries):
        what = f"every task of the list is done ({len(entries)})"
        return [page.problem(entries[0].place, "E201", what, "untick what is to be done again")]
    return []


def _item(
    entry: Entry, name: str, title: str, domains: Mapping[str, Sequence[str]], upstreams: tuple[str, ...]
) -> Item:
    text = "\n".join(row.text.rstrip() for row in entry.rows).strip()
    found = own(entry.domain) or detected(title, known(domains)) or detected(text, known(domains))
    return Item(
        id=name,
        title=title,
        prompt=_plain("\n\n".join((text, *entry.also, *_asked(entry.skill))), lines=True),
        domain=found,
        complexity=entry.complexity or guessed(title) or guessed(text) or USUAL,
        model=entry.model or None,
        depends_on=upstreams,
        skill=entry.skill,
        done=entry.done,
        box=entry.box,
        line=entry.place.line,
    )


def _asked(skill: str) -> tuple[str, ...]:
    return (f"Use the skill `{skill}` for this.",) if skill else ()


def _title(entry: Entry) -> str:
    first = next((row.text for row in entry.rows if row.text.strip()), "")
    title = _plain(entry.title or first)
    for mark in _MARKS:
        title = title.replace(mark, "")
    title = title.rstrip(":：").strip() or _plain(entry.title or first)
    return _cut(title, TITLE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _plain(text: str, *, lines: bool = False) -> str:
    """Answer a text as specs hold it: composed letters, and one line unless it may have several."""
    composed = unicodedata.normalize("NFC", text)
    return composed if lines else " ".join(composed.split())


def _used(
    items: Sequence[Item], domains: Mapping[str, Sequence[str]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = dict.fromkeys(item.domain for item in items if item.domain and not item.done)
    return tuple((name, _telling(BUILT_IN.get(name, ()))) for name in names if name not in domains)


def _telling(words: Sequence[str]) -> tuple[str, ...]:
    """Answer a few keywords as a start; all of them count anyhow where they are built in."""
    return tuple(word for word in words if word.isascii())[:KEYWORDS]


def _few(notes: Sequence[str]) -> tuple[str, ...]:
    more = len(notes) - NOTES
    return (*notes[:NOTES], f"There are {more} more notes.") if more > 0 else tuple(notes)


def _ticked(items: Sequence[Item]) -> tuple[str, ...]:
    done = sum(item.done for item in items)
    if not done:
        return ()
    return (
        ("1 item is done and was left out.",) if done == 1 else (f"{done} items are done and were left out.",)
    )
