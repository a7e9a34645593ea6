"""First files are put into a repo without touching what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.founding import Sheet, State, ignoring, judged, put
from specrun.store.git import Git
from tests.rights import passed_without_rights

Run = Callable[..., str]
SPEC = Sheet(path="specs/a.yaml", data=b"new\n")
SCHEMA = Sheet(path=".specrun/schema/spec.schema.json", data=b"{}\n", made=True)


def founded(root: Path, *sheets: Sheet) -> list[State]:
    found = judged(root, sheets)
    put(root, found)
    return [one.state for one in found]


def test_files_are_written_with_their_folders_and_readable(repo: Path) -> None:
    assert founded(repo, SPEC, SCHEMA) == [State.NEW, State.NEW]
    assert (repo / "specs" / "a.yaml").read_bytes() == b"new\n"
    assert (repo / "specs" / "a.yaml").stat().st_mode & 0o644 == 0o644
    assert not list(repo.rglob("*.tmp"))


def test_what_is_there_is_kept_and_only_what_specrun_makes_is_renewed(repo: Path) -> None:
    for sheet in (SPEC, SCHEMA):
        (repo / sheet.path).parent.mkdir(parents=True)
        (repo / sheet.path).write_bytes(b"old\n")
    assert founded(repo, SPEC, SCHEMA) == [State.KEPT, State.RENEWED]
    assert (repo / SPEC.path).read_bytes() == b"old\n"
    assert (repo / SCHEMA.path).read_bytes() == b"{}\n"
    assert founded(repo, SPEC, SCHEMA) == [State.KEPT, State.KEPT]


def link_folder(repo: Path) -> None:
    (repo / "specs").symlink_to(repo.parent)


def file_for_folder(repo: Path) -> None:
    (repo / "specs").write_text("x")


def dangling(repo: Path) -> None:
    (repo / "specs").mkdir()
    (repo / "specs" / "a.yaml").symlink_to("nowhere")


def folder_for_file(repo: Path) -> None:
    (repo / "specs" / "a.yaml").mkdir(parents=True)


@pytest.mark.parametrize(
    ("obstacle", "said"),
    [
        (link_folder, "specs is a link"),
        (file_for_folder, "specs is a file where a folder is needed"),
        (dangling, r"specs/a\.yaml is a link that leads nowhere"),
        (folder_for_file, r"specs/a\.yaml is no file"),
    ],
)
def test_what_is_in_the_way_is_told_before_anything_is_written(
    repo: Path, obstacle: Callable[[Path], None], said: str
) -> None:
    obstacle(repo)
    with pytest.raises(EnvironmentProblem, match=said):
        judged(repo, [SCHEMA, SPEC])
    assert not (repo / ".specrun").exists()


def test_a_closed_folder_is_told(request: pytest.FixtureRequest, tmp_path: Path, repo: Path) -> None:
    if passed_without_rights(request, tmp_path):
        return
    (repo / "specs").mkdir()
    (repo / "specs").chmod(0o555)
    try:
        with pytest.raises(EnvironmentProblem, match="specs is closed to this user"):
            judged(repo, [SPEC])
        repo.chmod(0o555)
        with pytest.raises(EnvironmentProblem, match="the top folder of the repository is closed"):
            judged(repo, [SCHEMA])
    finally:
        repo.chmod(0o755)


def test_a_closed_file_is_not_renewed(request: pytest.FixtureRequest, tmp_path: Path, repo: Path) -> None:
    if passed_without_rights(request, tmp_path):
        return
    (repo / ".gitignore").write_text("x\n")
    (repo / ".gitignore").chmod(0o444)
    with pytest.raises(EnvironmentProblem, match=r"\.gitignore is closed to this user"):
        judged(repo, [Sheet(path=".gitignore", data=b"x\ny\n", made=True)])
    (repo / ".gitignore").chmod(0)
    with pytest.raises(EnvironmentProblem, match=r"\.gitignore cannot be read"):
        judged(repo, [Sheet(path=".gitignore", data=b"x\ny\n", made=True)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"/.specrun/\n"),
        (b"", b"/.specrun/\n"),
        (b"build/\n", b"build/\n/.specrun/\n"),
        (b"build/", b"build/\n/.specrun/\n"),
        (b"build/\r\nx", b"build/\r\nx\r\n/.specrun/\r\n"),
        (b"caf\xe9\n", b"caf\xe9\n/.specrun/\n"),
    ],
)
def test_a_line_is_added_to_what_git_leaves_out(repo: Path, host: Git, before: bytes, after: bytes) -> None:
    if before is not None:
        (repo / ".gitignore").write_bytes(before)
    assert founded(repo, ignoring(host, ".specrun"))[0] is not State.KEPT
    assert (repo / ".gitignore").read_bytes() == after
    assert founded(repo, ignoring(host, ".specrun")) == [State.KEPT]
    assert (repo / ".gitignore").read_bytes() == after


@pytest.mark.parametrize("line", [".specrun", "/.specrun/", ".*", "**"])
def test_nothing_is_added_where_git_leaves_it_out_already(repo: Path, host: Git, line: str) -> None:
    (repo / ".gitignore").write_text(f"{line}\n")
    assert ignoring(host, ".specrun").state is State.KEPT


def test_a_folder_that_is_wanted_all_the_same_is_left_out(repo: Path, host: Git) -> None:
    (repo / ".gitignore").write_text(".*\n!.specrun\n")
    assert ignoring(host, ".specrun").data.endswith(b"!.specrun\n/.specrun/\n")


def test_a_gitignore_that_is_a_link_is_told(repo: Path, host: Git) -> None:
    (repo / ".gitignore").symlink_to("README.md")
    with pytest.raises(EnvironmentProblem, match=r"\.gitignore is a link"):
        ignoring(host, ".specrun")
