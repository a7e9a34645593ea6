"""Tests that a commit holds exactly the files it was given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem, Refused
from specrun.store.commits import commit_paths
from specrun.store.git import Git, discover

Run = Callable[..., str]
TRAILERS = {"Specrun-Spec": "auth", "Specrun-Run": "42"}


def test_only_these_files_are_committed(repo: Path, host: Git, git: Run) -> None:
    (repo / "results").mkdir()
    (repo / "results" / "a.json").write_text("{}\n")
    (repo / "README.md").write_text("dirty\n")
    (repo / "staged").write_text("x")
    git("add", "staged")
    parent = git("rev-parse", "HEAD")

    commit = commit_paths(host, [repo / "results/a.json"], "Record auth", TRAILERS)

    assert git("rev-parse", "HEAD", "HEAD^") == f"{commit}\n{parent}"
    assert git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert git("diff", "--name-only", "HEAD^", "HEAD") == "results/a.json"
    assert git("status", "--porcelain") == "M README.md\nA  staged"
    assert git("log", "-1", "--format=%B") == "Record auth\n\nSpecrun-Spec: auth\nSpecrun-Run: 42"


def test_the_same_bytes_make_no_commit(repo: Path, host: Git, git: Run) -> None:
    head = git("rev-parse", "HEAD")

    assert commit_paths(host, [Path("README.md")], "Nothing", {}) is None
    assert git("rev-parse", "HEAD") == head


def test_a_removed_file_is_committed_as_removed(repo: Path, host: Git, git: Run) -> None:
    (repo / "README.md").unlink()

    assert commit_paths(host, [repo / "README.md", repo / "never-there"], "Gone", {})
    assert git("ls-tree", "-r", "--name-only", "HEAD") == ""
    assert git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("settings", "people"),
    [
        pytest.param({}, "specrun <specrun@localhost>", id="nobody is configured"),
        pytest.param(
            {"user.name": "Ada", "user.email": "a@b.invalid"}, "Ada <a@b.invalid>", id="the user is"
        ),
        pytest.param({"user.name": "Ada"}, "Ada <specrun@localhost>", id="half of the user is"),
    ],
)
def test_who_commits(repo: Path, host: Git, git: Run, settings: dict[str, str], people: str) -> None:
    for name, value in settings.items():
        git("config", name, value)
    (repo / "new").write_text("x")

    commit_paths(host, [repo / "new"], "New", {})

    assert git("log", "-1", "--format=%an <%ae>") == people
    assert git("log", "-1", "--format=%cn <%ce>") == people


def test_a_name_from_the_environment_wins(
    repo: Path, host: Git, git: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Eve")
    (repo / "new").write_text("x")

    commit_paths(host, [repo / "new"], "New", {})

    assert git("log", "-1", "--format=%an <%ae>") == "Eve <specrun@localhost>"


def test_not_in_the_middle_of_a_merge(repo: Path, host: Git, git: Run) -> None:
    (repo / ".git/MERGE_HEAD").write_text(git("rev-parse", "HEAD"))
    (repo / "new").write_text("x")

    with pytest.raises(Refused, match=r"in the middle of something \(MERGE_HEAD\)"):
        commit_paths(host, [repo / "new"], "New", {})


def test_a_held_index_is_one_line_and_commits_nothing(repo: Path, host: Git, git: Run) -> None:
    head = git("rev-parse", "HEAD")
    (repo / ".git/index.lock").touch()
    (repo / "new").write_text("x")

    with pytest.raises(EnvironmentProblem, match="git update-index failed: fatal: Unable to create"):
        commit_paths(host, [repo / "new"], "New", {})
    assert git("rev-parse", "HEAD") == head


def test_detached_and_in_a_linked_worktree(repo: Path, tmp_path: Path, git: Run) -> None:
    side = tmp_path / "side"
    git("worktree", "add", "--quiet", "--detach", str(side))
    (side / "new").write_text("x")

    commit = commit_paths(discover(side), [side / "new"], "New", {})

    assert git("rev-parse", "HEAD", cwd=side) == commit
    assert git("rev-parse", "HEAD") == git("rev-parse", "HEAD^", cwd=side)
    assert git("status", "--porcelain", cwd=side) == ""


def louder(data: bytes) -> bytes:
    return data.replace(b"quiet", b"LOUD")


def edited(repo: Path, host: Git) -> str | None:
    (repo / "a.json").write_text("{}\n")
    return commit_paths(host, [repo / "a.json"], "Record", {}, {"plan.md": louder})


@pytest.fixture
def plan(repo: Path, git: Run) -> Path:
    """A committed file."""
    path = repo / "plan.md"
    path.write_text("quiet one\nquiet two\n")
    git("add", "plan.md")
    git("commit", "-qm", "plan")
    return path


def test_an_edit_is_of_what_head_has_and_the_working_file_stays(
    repo: Path, host: Git, git: Run, plan: Path
) -> None:
    plan.write_text("LOUD one\nLOUD two\nmine\n")
    assert edited(repo, host)
    assert git("show", "HEAD:plan.md") == "LOUD one\nLOUD two"
    assert plan.read_text() == "LOUD one\nLOUD two\nmine\n"
    assert git("diff", "--numstat") == "1\t0\tplan.md"
    assert git("diff", "--cached") == ""


def test_a_working_file_with_the_same_edit_is_clean(repo: Path, host: Git, git: Run, plan: Path) -> None:
    plan.write_bytes(louder(plan.read_bytes()))
    assert edited(repo, host)
    assert git("status", "--porcelain") == ""
    assert edited(repo, host) is None


def test_what_is_staged_of_an_edited_file_stays_staged(repo: Path, host: Git, git: Run, plan: Path) -> None:
    plan.write_text("quiet one\nquiet two\nstaged\n")
    git("add", "plan.md")
    assert edited(repo, host)
    assert git("show", "HEAD:plan.md") == "LOUD one\nLOUD two"
    assert git("show", ":plan.md") == "LOUD one\nLOUD two\nstaged"
    assert git("diff", "--cached", "--numstat") == "1\t0\tplan.md"


def test_a_file_that_head_does_not_have_is_left_out(repo: Path, host: Git, git: Run) -> None:
    (repo / "plan.md").write_text("quiet\n")
    assert edited(repo, host)
    assert git("ls-files") == "README.md\na.json"
    assert git("status", "--porcelain") == "?? plan.md"


def test_a_link_is_left_as_it_is(repo: Path, host: Git, git: Run) -> None:
    (repo / "plan.md").symlink_to("quiet")
    git("add", "plan.md")
    git("commit", "-qm", "link")
    assert edited(repo, host)
    assert git("show", "HEAD:plan.md") == "quiet"


def test_a_conflict_in_the_index_is_left_as_it_is(repo: Path, host: Git, git: Run, plan: Path) -> None:
    blob = git("rev-parse", "HEAD:plan.md")
    entries = "".join(f"100644 {blob} {stage}\tplan.md\n" for stage in (2, 3))
    feed = f"git rm -q --cached plan.md; printf '{entries}' | git update-index --index-info"
    git("-c", f"alias.feed=!{feed}", "feed")
    assert edited(repo, host)
    assert git("ls-files", "--unmerged").count("plan.md") == 2
    assert git("show", "HEAD:plan.md") == "LOUD one\nLOUD two"
