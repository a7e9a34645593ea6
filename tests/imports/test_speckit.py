"""Phases, marks and sentences of spec-kit lists become the edges that they ask for, and no more."""

from __future__ import annotations

import pytest

from specrun.imports.items import drafted
from specrun.imports.page import opened
from specrun.imports.speckit import MAX_ROWS, MAX_TOKENS, beside, read

STORIES = """\
## Phase 1: Setup
- [ ] T001 a
## Phase 2: Foundational
- [ ] T002 b
- [ ] T003 [P] c
- [ ] T004 [P] d
## Phase 3: User Story 1 - x (Priority: P1)
- [ ] T005 [P] [US1] e
- [ ] T006 [P] [US1] f
- [ ] T007 [US1] g
## Phase 4: Comments
- [ ] T008 [US2] h
### Implementation
- [ ] T009 [P] [US2] i
- [ ] T010 [P] [US2] j
## Phase 5: Polish
- [ ] T011 [P] k
- [ ] T012 [P] l
## Phase 6: Release
- [ ] T013 m
"""
WAVES = {
    "t001": "",
    "t002": "t001",
    "t003": "t002",
    "t004": "t002",
    "t005": "t003 t004",
    "t006": "t003 t004",
    "t007": "t005 t006",
    "t008": "t003 t004",
    "t009": "t008",
    "t010": "t008",
    "t011": "t007 t009 t010",
    "t012": "t007 t009 t010",
    "t013": "t011 t012",
}


def edges(text: str) -> dict[str, str]:
    page = opened(text, "f")
    listing = read(page)
    assert listing is not None
    return {item.id: " ".join(item.depends_on) for item in drafted(page, listing, {}).open}


def test_phases_and_marks() -> None:
    assert edges(STORIES) == WAVES


def test_what_is_done_holds_nobody_up() -> None:
    found = edges(
        STORIES.replace("[ ] T002", "[x] T002")
        .replace("[ ] T008", "[x] T008")
        .replace("[ ] T013", "[X] T013")
    )
    assert found == {
        **{name: above for name, above in WAVES.items() if name not in {"t002", "t008", "t013"}},
        "t003": "t001",
        "t004": "t001",
        "t009": "t003 t004",
        "t010": "t003 t004",
    }


def test_a_run_ends_at_a_heading() -> None:
    found = edges(
        "## Phase 1\n### Tests\n- [ ] T001 [P] a\n- [ ] T002 [P] b\n"
        "### Code\n- [ ] T003 [P] c\n- [ ] T004 d\n"
    )
    assert found == {"t001": "", "t002": "", "t003": "t001 t002", "t004": "t003"}


def test_phases_without_stories_follow_each_other() -> None:
    found = edges(
        "### Phase 3.1: Setup\n- [ ] T001 a\n### Phase 3.2: Tests\n- [ ] T002 [P] b\n"
        "### Phase 3.3: Core\n- [ ] T003 c\n"
    )
    assert found == {"t001": "", "t002": "t001", "t003": "t002"}


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("T001 Do", "T001", "Do"),
        ("**T001**: Do", "T001", "Do"),
        ("[P] T001a. Do", "T001a", "Do"),
        ("T001 [P] [US1] Do [it]", "T001", "Do [it]"),
        ("T001 [Story] [Skill: x] Do", "T001", "[Skill: x] Do"),
        ("TXXX Do", "", "Do"),
    ],
)
def test_ids_and_labels(text: str, name: str, rest: str) -> None:
    listing = read(opened(f"- [ ] {text}\n", "f"))
    assert listing is not None
    (one,) = listing.entries
    assert (one.id, one.place.text, one.box) == (name, rest, text)
    assert one.place.column == len("- [ ] ") + text.index(rest) + 1


@pytest.mark.parametrize("text", ["T-shirt", "Do T001", "T001xy z", "[P] Do", "TX a"])
def test_other_checklists_are_not_of_this_form(text: str) -> None:
    assert read(opened(f"- [ ] {text}\n", "f")) is None


@pytest.mark.parametrize(
    ("text", "upstreams"),
    [
        ("(depends on T001, T002)", "t001 t002"),
        ("depends on T001 and T002", "t001 t002"),
        ("depends on T001-T003", "t001 t002 t003"),
        ("after T001 through T002, and T003", "t001 t002 t003"),
        ("blocked by T001/T003", "t001 t003"),
        ("needs T002 & T003; see T001", "t002 t003"),
        ("requires T002", "t002"),
        ("see T001", ""),
        ("\n  it depends on T003", "t003"),
        ("\n  ```\n  depends on T003\n  ```", ""),
    ],
)
def test_what_the_text_says(text: str, upstreams: str) -> None:
    rest = "".join(f"- [ ] T00{number} [P] x\n" for number in (1, 2, 3))
    assert edges(f"## P\n- [ ] T004 [P] Do {text}\n{rest}")["t004"] == upstreams


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("- T002 depends on T001", {"t002": "t001"}),
        ("- T001 blocks T002, T003", {"t002": "t001", "t003": "t001"}),
        ("T001 → T002 -> T003", {"t002": "t001", "t003": "t002"}),
        ("- Tests (T001-T002) before code (T003)", {"t003": "t001 t002"}),
        ("- T003 requires T001 and T002", {"t003": "t001 t002"}),
        ("- T002 does not depend on T001", {}),
        ("- T002 and T003", {}),
        ("- Stories depend on T001", {}),
        ("- T002 depends on T099", {}),
        ("- T001 blocks T001", {}),
        ("### Order\nT001 → T002", {"t002": "t001"}),
        ("## Notes\nT001 → T002", {}),
        ("T001 → before T002", {}),
    ],
)
def test_a_section_about_dependencies(line: str, found: dict[str, str]) -> None:
    text = "".join(f"- [ ] T00{number} [P] x\n" for number in (1, 2, 3))
    assert edges(f"## P\n{text}\n## Dependencies\n{line}\n") == {"t001": "", "t002": "", "t003": "", **found}


def test_only_so_much_about_dependencies_is_looked_at() -> None:
    items = "- [ ] T001 [P] a\n- [ ] T002 [P] b\n"
    late = "## Dependencies\n" + "words\n" * MAX_ROWS + "T001 → T002\n"
    assert edges(f"{items}{late}")["t002"] == ""
    earlier = late.replace("words\n", "", 1)
    assert edges(f"{items}{earlier}")["t002"] == "t001"
    wide = "T001 → T001 → " * MAX_TOKENS + "T002"
    assert edges(f"{items}## Dependencies\n{wide}\n")["t002"] == ""


def test_each_prompt_names_the_list_that_its_task_stands_in() -> None:
    page = opened("- [ ] T001 a\n- [ ] T002 b\n", "tasks.md")
    listing = read(page)
    assert listing is not None
    found = beside(drafted(page, listing, {}), "specs/001/tasks.md")
    assert [item.prompt.split("\n\n")[0] for item in found.items] == ["a", "b"]
    assert all("one task of `specs/001/tasks.md`" in item.prompt for item in found.items)
