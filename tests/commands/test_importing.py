"""Tests making a spec of a task list."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.commands.founding import Ground, start_of
from specrun.commands.importing import Imported, List, imported, listed, named
from specrun.core.checklist import Entry, tick
from specrun.errors import InvalidSpec, Refused, UsageProblem
from tests.conftest import Git

PLAN = "# Plan: Sign in\n\n- [ ] Create the API\n- [x] Choose words\n- [ ] Build the page\n"


@pytest.fixture
def plan(repo: Path) -> Path:
    """A plan with boxes."""
    path = repo / "docs" / "plan.md"
    path.parent.mkdir()
    path.write_text(PLAN)
    return path


def made(repo: Path, listing: List, agent: str = "claude") -> Imported:
    ground = Ground.of(repo)
    return imported(ground, listing, start_of(ground, agent), named(ground, listing, None, ask=False))


def test_a_plan_becomes_a_spec_with_the_boxes_of_its_tasks(repo: Path, plan: Path) -> None:
    found = made(repo, listed(Ground.of(repo), plan.parent, "plan.md", sync=True))
    assert found.planned.sheet.path == "specs/sign.yaml"
    assert b"checklist: docs/plan.md\n" in found.planned.sheet.data
    assert [task.item for task in found.planned.tasks] == ["Create the API", "Build the page"]
    assert [task.domain for task in found.planned.tasks] == ["backend", "frontend"]
    assert {task.model for task in found.planned.tasks} == {"sonnet"}
    assert "How to go about it" in (found.planned.tasks[0].prompt or "")


def test_without_sync_nothing_is_said_of_boxes(repo: Path, plan: Path) -> None:
    found = made(repo, listed(Ground.of(repo), repo, "docs/plan.md", sync=False))
    assert b"checklist" not in found.planned.sheet.data
    assert plan.read_text() == PLAN


def test_items_of_spec_kit_name_the_list_that_they_stand_in(repo: Path, plan: Path) -> None:
    plan.write_text("## Phase 1\n- [ ] T001 Add x\n")
    found = made(repo, listed(Ground.of(repo), plan.parent, "plan.md", sync=False))
    assert "This is one task of `docs/plan.md`. Read" in (found.planned.tasks[0].prompt or "")
    outside = repo.parent / "plan.md"
    outside.write_text(plan.read_text())
    assert (
        "This is one task"
        not in listed(Ground.of(repo), repo, str(outside), sync=False).draft.items[0].prompt
    )


def test_a_list_that_prompts_name_has_to_be_committed(repo: Path, plan: Path, git: Git) -> None:
    def notes() -> list[str]:
        found = listed(Ground.of(repo), repo, "docs/plan.md", sync=True)
        return [row for row in found.draft.notes if "commit" in row]

    assert notes() == []
    plan.write_text("## Phase 1\n- [ ] T001 Add x\n")
    told = ["Workers are told to read docs/plan.md, and their clones have what is committed: commit it."]
    assert notes() == told
    git("add", "docs")
    git("commit", "-qm", "plan")
    assert notes() == []
    plan.write_text("## Phase 1\n- [ ] T001 Add y\n")
    assert notes() == told
    git("rm", "-q", "--cached", "docs/plan.md")
    (repo / ".gitignore").write_text("docs/\n")
    git("add", ".gitignore")
    git("commit", "-qm", "no plan")
    assert notes() == told


def test_what_was_understood_is_shown(repo: Path, plan: Path) -> None:
    found = made(repo, listed(Ground.of(repo), repo, str(plan), sync=False))
    told = found.told(None).splitlines()
    assert told[0].split() == ["TASK", "DOMAIN", "COMPLEXITY", "MODEL", "AFTER"]
    assert told[1].split()[1:] == ["backend", "medium", "sonnet", "-"]
    assert "There are only 2 tasks." in told[-1]
    assert any("1 item is done" in row for row in told)


def test_domains_of_the_settings_count(repo: Path, plan: Path) -> None:
    (repo / "specrun.yaml").write_text("version: 1\ndomains: {words: {keywords: [invoice, vat]}}\n")
    plan.write_text("1. Describe the invoice\n2. Describe the VAT rules\n")
    found = made(repo, listed(Ground.of(repo), repo, "docs/plan.md", sync=False))
    assert {task.domain for task in found.planned.tasks} == {"words"}


@pytest.fixture
def python(repo: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the repo one of Python, with tests and a pytest that could run them."""
    (repo / "pyproject.toml").touch()
    (repo / "Makefile").write_text("all:\n")
    (repo / "tests").mkdir()
    (repo / "tests" / "test_it.py").touch()
    git("add", "-A")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pytest").touch(mode=0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return repo


BUDGET, TIMEOUT, CHECKS = "budget: {per_task: 1.00 USD}", "timeout: 20m", "checks:\n  - test\n"


@pytest.mark.parametrize(
    ("settings", "bounds"),
    [
        # New settings hold the checks.
        ("", (BUDGET, TIMEOUT)),
        ("domains: {code: {}}", (BUDGET, TIMEOUT, CHECKS)),
        ("budget: {limit: 5 USD}", (TIMEOUT, CHECKS)),
        ("timeout: 1h", (BUDGET, CHECKS)),
        ("checks: [{name: own, run: make}]", (BUDGET, TIMEOUT)),
        ("project: {type: make, lint: 'true'}", (BUDGET, TIMEOUT)),
    ],
)
def test_bounds_and_proof_are_those_of_a_first_spec_unless_the_settings_say_so(
    python: Path, plan: Path, settings: str, bounds: tuple[str, ...]
) -> None:
    if settings:
        (python / "specrun.yaml").write_text(f"version: 1\n{settings}\n")
    found = made(python, listed(Ground.of(python), python, "docs/plan.md", sync=False)).planned
    text = found.sheet.data.decode()
    assert tuple(one for one in (BUDGET, TIMEOUT, CHECKS) if one in text) == bounds
    assert all(task.contract.checks for task in found.tasks) is ("project" not in settings)


def test_beside_other_specs_the_checks_are_in_the_spec(python: Path, plan: Path) -> None:
    (python / "specs").mkdir()
    (python / "specs" / "other.yaml").write_text("# mine\n")
    found = made(python, listed(Ground.of(python), python, "docs/plan.md", sync=False))
    assert CHECKS.encode() in found.planned.sheet.data


def test_an_agent_that_tells_no_cost_gets_no_budget(python: Path, plan: Path) -> None:
    found = made(python, listed(Ground.of(python), python, "docs/plan.md", sync=False), "codex")
    assert b"budget" not in found.planned.sheet.data
    assert b"timeout: 20m" in found.planned.sheet.data


def test_a_spec_of_that_name_is_not_overwritten(repo: Path, plan: Path) -> None:
    ground = Ground.of(repo)
    listing = listed(ground, repo, "docs/plan.md", sync=False)
    name = named(ground, listing, None, ask=False)
    (repo / "specs").mkdir()
    (repo / "specs" / f"{name}.yaml").symlink_to("nowhere")
    with pytest.raises(Refused, match="is there already"):
        named(ground, listing, None, ask=False)
    assert named(ground, listing, "other", ask=False) == "other"


def test_a_list_without_a_title_is_called_as_its_file(repo: Path, plan: Path) -> None:
    plan.write_text("1. Create it\n2. Test it\n")
    ground = Ground.of(repo)
    assert named(ground, listed(ground, repo, "docs/plan.md", sync=False), None, ask=False) == "plan"
    other = plan.rename(plan.with_name("계획.md"))
    assert named(ground, listed(ground, repo, str(other), sync=False), None, ask=False) == "list"


def test_a_list_may_come_from_a_pipe_or_from_elsewhere(repo: Path, tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"1. Create it\n2. Test it\n")
    os.close(theirs)
    found = listed(Ground.of(repo), repo, f"/dev/fd/{ours}", sync=False)
    os.close(ours)
    assert len(found.draft.items) == 2
    (tmp_path / "far.txt").write_text("1. Create it\n")
    (repo / "near.txt").symlink_to(tmp_path / "far.txt")
    assert len(listed(Ground.of(repo), repo, "near.txt", sync=False).draft.items) == 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (".", "Is a directory"),
        ("none", "No such file"),
        ("a\0b", "bad path"),
    ],
)
def test_a_list_that_cannot_be_read_is_told(repo: Path, source: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        listed(Ground.of(repo), repo, source, sync=False)


def test_a_list_in_git_itself_is_refused(repo: Path) -> None:
    (repo / ".git" / "plan.md").write_text("- [ ] x\n")
    with pytest.raises(UsageProblem, match=r"\.git"):
        listed(Ground.of(repo), repo, ".git/plan.md", sync=True)


def test_a_mistake_in_a_list_has_its_place(repo: Path, plan: Path) -> None:
    plan.write_text("- [ ] Create it (depends_on: nobody)\n- [ ] Test it\n")
    with pytest.raises(InvalidSpec, match=r"docs/plan\.md:1:\d+: error"):
        listed(Ground.of(repo), repo, "docs/plan.md", sync=False)


BOXES = {
    "items below": "- [ ] Create A\n  - [ ] part\n- [ ] Create B\n",
    "tags": "- [ ] Create A (id: a) [Skill: x]\n- [ ] Create B (depends_on: a) → /review\n",
    "comments": "- [ ] Create A <!-- a -->\n<!--\n- [ ] Create B\n-->\n- [ ] Create <!-- x\n y --> B\n",
    "fences": "- [ ] Create A\n  ```\n  - [ ] no\n  ```\n``` none ```\n- [ ] Create B\n~~~\n- [ ] no\n~~~\n",
    "groups": "- One\n  - [ ] Write tests\n- Two\n  - [ ] Write tests\n",
    "done before": "## One\n- [x] Write tests\n\n## Two\n- [ ] Write tests\n- [ ] Write docs\n",
    "spec-kit": "## Phase 1\n- [x] T001 Init\n- [ ] T002 [P] Add x\n- [ ] T003 Add y (depends on T002)\n",
    "blanks and tabs": "\t-\t[ ]   Create A\n\t- [ ] Create B  \n",
    "line ends and marks": "\ufeff* [ ] Create A\r\n2) [ ] Create B\r\n",
    "letters": "- [ ] 로그인 화면 만들기\n- [ ] Cafe\u0301 page\n",
}


@pytest.mark.parametrize("text", BOXES.values(), ids=BOXES)
def test_every_box_that_became_a_task_can_be_ticked(repo: Path, plan: Path, text: str) -> None:
    plan.write_bytes(text.encode())
    found = made(repo, listed(Ground.of(repo), repo, "docs/plan.md", sync=True))
    assert len(found.planned.tasks) == 2
    done = [Entry(item=task.item, done=True) for task in found.planned.tasks]
    ticked = tick(text, done)
    assert (ticked.count, ticked.missing) == (2, ())
    assert "[ ] no" in ticked.text or "[ ] no" not in text
