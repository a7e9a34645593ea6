"""Lists in five forms become valid specs with the domains, edges and models that people would choose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specrun.agents import AGENTS
from specrun.core.draft import Draft
from specrun.errors import InvalidSpec
from specrun.imports.reading import read
from specrun.spec.drafting import Frame, written
from specrun.spec.layout import laid_out
from specrun.spec.load import Loaded, load

LISTS = Path(__file__).parent / "lists"
Row = tuple[str | None, tuple[str, ...], str]
EXPECTED: dict[str, tuple[str, dict[str, Row]]] = {
    "korean.txt": (
        "numbered",
        {
            "orders": ("backend", (), "sonnet"),
            "task-2": ("frontend", ("orders",), "sonnet"),
            "shop-web-pr-512": (None, (), "sonnet"),
            "task-4": ("database", (), "haiku"),
            "task-5": ("backend", (), "opus"),
            "api": ("testing", ("task-2",), "sonnet"),
        },
    ),
    "japanese.txt": (
        "numbered",
        {
            "task-1": ("frontend", (), "sonnet"),
            "pay": ("backend", (), "sonnet"),
            "api": ("testing", ("pay",), "sonnet"),
            "task-4": (None, (), "opus"),
            "task-5": ("documentation", ("pay", "task-1"), "sonnet"),
        },
    ),
    "english.txt": (
        "commas",
        {
            "build-sign-up-form": ("frontend", (), "sonnet"),
            "create-sign-up-api": ("backend", (), "sonnet"),
            "write-end-to-end-tests-sign-up": ("testing", (), "sonnet"),
            "audit-password-storage-vulnerabilities": ("security", (), "sonnet"),
            "check-status-open-pull-requests": (None, (), "haiku"),
        },
    ),
    "queue.json": (
        "json",
        {
            "task-1": ("backend", (), "sonnet"),
            "task-2": ("database", (), "opus"),
            "ship": ("devops", ("task-1", "task-2"), "opus-4"),
            "list-flaky-tests": ("quality", (), "haiku"),
        },
    ),
    "tasks.md": (
        "speckit",
        {
            "t002": ("devops", (), "sonnet"),
            "t003": ("database", ("t002",), "sonnet"),
            "t004": ("backend", ("t003",), "sonnet"),
            "t005": (None, ("t003",), "opus"),
            "t006": ("testing", ("t004", "t005"), "sonnet"),
            "t007": ("backend", ("t006",), "sonnet"),
            "t008": ("frontend", ("t006",), "sonnet"),
            "t009": ("backend", ("t007", "t008"), "sonnet"),
            "t010": ("frontend", ("t004", "t005"), "sonnet"),
            "t011": (None, ("t010",), "sonnet"),
            "t012": ("documentation", ("t009", "t011"), "sonnet"),
            "t013": ("frontend", ("t009", "t011"), "haiku"),
        },
    ),
}


def draft(file: str) -> Draft:
    text = (LISTS / file).read_text(encoding="utf-8")
    return read(text, file=file, root="/repo", domains={})  # a folder that need not be there


def loaded(root: Path, text: str) -> Loaded:
    (root / "specs").mkdir(parents=True)
    (root / "specs" / "lists.yaml").write_text(text, encoding="utf-8")
    known = {name: agent.traits for name, agent in AGENTS.items()}
    return load(root, [], agents=known, executors=("process", "tmux"))


@pytest.mark.parametrize("file", EXPECTED)
def test_a_list_becomes_a_valid_spec(file: str, tmp_path: Path) -> None:
    form, rows = EXPECTED[file]
    found = draft(file)
    text = written(found, Frame(name="lists", agent="claude", schema="s.json"))
    desired = loaded(tmp_path, text).desired
    seen = {
        name.removeprefix("lists/"): (
            task.domain,
            tuple(edge.upstream.removeprefix("lists/") for edge in task.edges),
            task.model,
        )
        for name, task in desired.tasks.items()
    }
    assert (found.form, seen) == (form, rows)
    assert [item.id for item in found.open] == list(rows)
    assert laid_out("specs/lists.yaml", text.encode()).after == text


def test_prompts_are_whole_and_without_tags() -> None:
    prompts = {item.id: item.prompt for file in EXPECTED for item in draft(file).items}
    assert prompts["orders"] == (
        "주문 서비스 API 엔드포인트 구현\n- 목록과 상세 조회\n- 오류는 RFC 9457 형식으로"
    )
    assert prompts["task-5"] == "運用手順書を更新する\n\nUse the skill `docs-writer` for this."
    assert prompts["pay"] == "決済ＡＰＩを実装する"
    assert prompts["task-2"] == "Add the invoices table\n\nWith a migration that can be undone."
    assert prompts["task-1"].endswith("server\n\nWork in the folder `services/billing`.")
    assert (
        prompts["t008"] == "Build the share page in src/pages/share.tsx\n- [ ] keep the old address working"
    )
    assert prompts["t009"] == "Join page and endpoint"
    assert prompts["t013"] == "Check the status page\n\nUse the skill `browser` for this."
    assert prompts["list-flaky-tests"] == "List flaky tests"


def test_what_a_list_says_about_itself() -> None:
    assert draft("korean.txt").description == "아래 작업들을 병렬로 진행해 주세요"
    assert draft("japanese.txt").description == "次の作業を並列で進めてください"
    assert draft("tasks.md").title == "Shared albums"
    assert draft("tasks.md").notes == ("1 item is done and was left out.",)
    assert draft("queue.json").notes == ('Key "priority" is unknown and was left out.',)
    assert dict(draft("queue.json").domains)["quality"] == ()
    boxes = {item.id: item.box for item in draft("tasks.md").items}
    assert boxes["t009"] == "T009 [US1] Join page and endpoint (depends on T007, T008)"


def test_own_domains_add_to_those_that_are_built_in_and_are_not_declared_again() -> None:
    own = {"backend": ["ledger"], "chain": ["smart contract"]}
    found = read("Keep the ledger\nWrite a smart contract\nTest it\n", file="f", root="/r", domains=own)
    assert [item.domain for item in found.items] == ["backend", "chain", "testing"]
    assert [name for name, _ in found.domains] == ["testing"]


@pytest.mark.parametrize("text", ["", "\n \n", "# Only a title\n", "```\n- [ ] code\n```\n"])
def test_a_list_without_tasks_is_told(text: str) -> None:
    with pytest.raises(InvalidSpec, match="the list has no task"):
        read(text, file="f", root="/r", domains={})


PIECES = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "  ",
            "- ",
            "- [ ] ",
            "- [x] ",
            "1. ",
            "2) ",
            "① ",
            "# ",
            "## Phase 1: ",
            "## Dependencies\n",
        ),
        *(
            "T001 ",
            "T002 ",
            "[P] ",
            "[US1] ",
            "(id: a)",
            "(depends_on: a)",
            "(depends on T001)",
            "(complexity: low)",
        ),
        *(
            "[Skill: x]",
            "→ /y",
            "frontend:",
            " | ",
            '"',
            "```\n",
            "<!--",
            "-->",
            ",",
            "、",
            " and Fix ",
            ":",
            "：",
        ),
        *(
            '[{"title": "a"}]',
            "{",
            "}",
            "---\n",
            "a",
            "b",
            "설계",
            "テスト",
            "é",
            "{{ x }}",
            "{% raw %}",
            "\\",
        ),
    ]
)


def answer(text: str) -> Draft | InvalidSpec:
    try:
        return read(text, file="f", root="/repo", domains={"own": ["b"]})
    except InvalidSpec as problem:
        return problem


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=4), max_size=25).map("".join))
def test_any_text_gives_a_sound_draft_or_says_what_is_wrong(text: str) -> None:
    found = answer(text)
    if isinstance(found, InvalidSpec):
        assert found.problems
        assert all(one.where.line >= 1 and one.where.column >= 1 and one.fix for one in found.problems)
        return
    ids = [item.id for item in found.open]
    assert ids
    assert len({item.id for item in found.items}) == len(found.items)
    for item in found.items:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", item.id)
        assert set(item.depends_on) <= set(ids) - {item.id}
        assert item.prompt.strip()
        assert item.title.strip()
        assert "\n" not in item.title
        assert item.box in text
    spec = written(found, Frame(name="lists", agent="claude", checklist="plan.md"))
    laid = laid_out("specs/lists.yaml", spec.encode())
    assert (laid.problems, laid.refused, laid.after) == ((), "", spec)
