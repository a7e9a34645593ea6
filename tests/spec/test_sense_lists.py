"""What a spec says of its list is checked where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec.corpus import lines, loaded, make_repo, write

HEAD = "version: 1\nname: demo\nagent: shell\n"
TASKS = "tasks:\n  one:\n    item: Build it\n    prompt: echo 1\n"


def test_a_list_and_its_boxes_become_part_of_the_meaning(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), f"{HEAD}checklist: ./plan.md\n{TASKS}")
    desired = loaded(root).desired
    assert desired.specs["demo"].checklist == "plan.md"
    assert [task.item for task in desired.tasks.values()] == ["Build it"]


def test_a_box_that_is_not_in_the_list_is_no_mistake(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), f"{HEAD}checklist: plan.md\n{TASKS}")
    write(root, "# Nothing here\n", "plan.md")
    assert loaded(root).desired.tasks["demo/one"].item == "Build it"  # type: ignore[index] # its address


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("none.md", 'specs/demo.yaml:4:12: error[E400]: "none.md" not found'),
        ("../plan.md", 'specs/demo.yaml:4:12: error[E401]: path "../plan.md" leaves the repository'),
        ("prompts", 'specs/demo.yaml:4:12: error[E403]: "prompts" is not a regular file'),
        ("prompts/good.md.j2", 'specs/demo.yaml:4:12: error[E403]: "prompts/good.md.j2" is no Markdown file'),
        ("prompts/outside.md.j2", "specs/demo.yaml:4:12: error[E402]"),
        ("[plan.md]", "specs/demo.yaml:4:12: error[E202]: checklist must be text"),
    ],
)
def test_a_list_has_to_be_a_markdown_file_of_the_repo(tmp_path: Path, file: str, said: str) -> None:
    root = write(make_repo(tmp_path), f"{HEAD}checklist: {file}\n{TASKS}")
    (found,) = lines(root)
    assert found.startswith(said)


def test_a_box_needs_a_list(tmp_path: Path) -> None:
    (found,) = lines(write(make_repo(tmp_path), f"{HEAD}{TASKS}"))
    assert found.startswith("specs/demo.yaml:6:5: error[E214]: item names a box")


def test_a_box_without_text_is_none(tmp_path: Path) -> None:
    root = write(make_repo(tmp_path), f"{HEAD}{TASKS.replace('Build it', '')}")
    assert [task.item for task in loaded(root).desired.tasks.values()] == [""]
