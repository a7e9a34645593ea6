"""Tests the commits that checks run on, with real git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem, ResultMissing
from specrun.store.plumbing import Plumbing
from specrun.store.prooftrees import blaming, restore
from tests.store.full import full_disk

Run = Callable[..., str]
Worked = Callable[[Callable[[Path], None], Mapping[str, str]], str]
API = TaskId("auth/api")
ODD = b"-odd\n\xff"


@pytest.fixture
def commit(repo: Path, git: Run) -> Callable[[], str]:
    """Commit everything as it lies in the repo."""

    def made() -> str:
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", "--message=Work")
        return git("rev-parse", "HEAD")

    return made


@pytest.fixture
def worked(repo: Path, plumbing: Plumbing, commit: Callable[[], str]) -> Worked:
    """Change the files of the repo, and answer the commit that their checks run on."""

    def checked(change: Callable[[Path], None], sources: Mapping[str, str]) -> str:
        change(repo)
        return restore(plumbing, API, commit(), sources)

    return checked


def test_where_nothing_differs_the_commit_is_itself(
    repo: Path, base: str, plumbing: Plumbing, commit: Callable[[], str]
) -> None:
    (repo / "new").write_text("x")
    work = commit()

    assert restore(plumbing, API, work, {}) == work
    assert restore(plumbing, API, work, {"dir/a": base, "README.md": base, "nowhere": base}) == work


def test_paths_are_put_back_or_left_out(
    repo: Path, git: Run, base: str, plumbing: Plumbing, commit: Callable[[], str]
) -> None:
    (repo / "dir/a").write_text("weaker\n")
    (repo / "dir/b").unlink()
    (repo / "dir/conftest.py").write_text("planted\n")
    (repo / "README.md").chmod(0o755)
    (repo / "new").write_text("x")
    work = commit()

    checked = restore(
        plumbing, API, work, dict.fromkeys(("dir/a", "dir/b", "dir/conftest.py", "README.md"), base)
    )

    assert git("diff-tree", "-r", "--name-status", base, checked) == "A\tnew"
    assert git("log", "-1", "--format=%P %s %an <%ae> %ct", checked) == (
        f"{work} specrun: put back what is protected specrun <specrun@localhost> "
        + git("log", "-1", "--format=%ct", work)
    )


def test_the_same_work_makes_the_same_commit(
    repo: Path, base: str, plumbing: Plumbing, commit: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo / "dir/a").unlink()
    work = commit()
    first = restore(plumbing, API, work, {"dir/a": base})
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Eve")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "@1 +0000")

    assert restore(plumbing, TaskId("other/task"), work, {"dir/a": base}) == first != work


def test_paths_may_come_from_different_commits(
    repo: Path, git: Run, base: str, plumbing: Plumbing, commit: Callable[[], str]
) -> None:
    (repo / "dir/a").write_text("second\n")
    second = commit()
    for name in ("dir/a", "dir/b"):
        (repo / name).write_text("third\n")

    checked = restore(plumbing, API, commit(), {"dir/a": second, "dir/b": base})

    assert git("show", f"{checked}:dir/a", f"{checked}:dir/b").split() == ["second", "b"]


def to_link(repo: Path) -> None:
    shutil.rmtree(repo / "dir")
    (repo / "dir").symlink_to("/tmp")


def to_file(repo: Path) -> None:
    shutil.rmtree(repo / "dir")
    (repo / "dir").write_text("x")


def to_folder(repo: Path) -> None:
    (repo / "README.md").unlink()
    (repo / "README.md").mkdir()
    (repo / "README.md" / "inside").write_text("x")


def to_submodule(repo: Path) -> None:
    shutil.rmtree(repo / "dir")
    for command in (
        ["init", "--quiet", "dir"],
        ["-C", "dir", "commit", "--quiet", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x", *command], cwd=repo, check=True)


@pytest.mark.parametrize(
    ("change", "restored", "left"),
    [
        (to_link, {"dir/a"}, {"README.md", "dir/a"}),
        (to_link, {"dir", "dir/a", "dir/b"}, {"README.md", "dir/a", "dir/b"}),
        (to_link, {"dir"}, {"README.md"}),
        (to_file, {"dir/b"}, {"README.md", "dir/b"}),
        (to_folder, {"README.md"}, {"README.md", "dir/a", "dir/b"}),
        (to_folder, {"README.md/inside"}, {"dir/a", "dir/b"}),
        (to_submodule, {"dir/a"}, {"README.md", "dir/a"}),
    ],
)
def test_what_is_put_back_wins_over_what_is_in_its_way(
    worked: Worked, base: str, git: Run, change: Callable[[Path], None], restored: set[str], left: set[str]
) -> None:
    checked = worked(change, dict.fromkeys(restored, base))

    assert set(git("ls-tree", "-r", "--name-only", checked).split("\n")) == {".gitignore", *left}
    assert git("fsck", "--strict", "--no-dangling") == ""


def test_odd_names_are_put_back(
    repo: Path, git: Run, base: str, plumbing: Plumbing, commit: Callable[[], str]
) -> None:
    odd = repo / os.fsdecode(ODD)
    odd.write_text("good\n")
    (repo / "a b\tc").symlink_to("dir/a")
    good = commit()
    odd.write_text("bad\n")
    (repo / "a b\tc").unlink()
    (repo / "a b\tc").write_text("no link\n")

    checked = restore(plumbing, API, commit(), dict.fromkeys((os.fsdecode(ODD), "a b\tc"), good))

    assert git("rev-parse", f"{checked}^{{tree}}") == git("rev-parse", f"{good}^{{tree}}")


def test_submodules_are_put_back_even_where_they_want_to_be_ignored(
    repo: Path, git: Run, base: str, plumbing: Plumbing
) -> None:
    (repo / ".gitmodules").write_text('[submodule "sub"]\n\tpath = sub\n\turl = x\n\tignore = all\n')
    git("add", ".gitmodules")
    made = []
    for pinned in (base, git("rev-parse", "HEAD^")):
        git("update-index", "--add", "--cacheinfo", f"160000,{pinned},sub")
        git("commit", "--quiet", "--message=Pinned")
        made.append(git("rev-parse", "HEAD"))
    (repo / "sub").write_text("no submodule\n")
    git("update-index", "--force-remove", "sub")
    git("add", "sub")
    git("commit", "--quiet", "--message=Replaced")
    good, moved = made

    for work in (moved, git("rev-parse", "HEAD")):
        checked = restore(plumbing, API, work, {"sub": good})

        assert git("ls-tree", checked, "sub") == f"160000 commit {base}\tsub"


@pytest.mark.parametrize("which", ["commit", "source"])
def test_commits_that_are_not_here(plumbing: Plumbing, base: str, which: str) -> None:
    gone = "c" * 40
    commit, sources = (gone, {}) if which == "commit" else (base, {"dir/a": gone})

    with pytest.raises(
        ResultMissing, match=r"auth/api: commit c{12} is not in this repository.*retry auth/api"
    ):
        restore(plumbing, API, commit, sources)


def test_a_full_disk(repo: Path, base: str, plumbing: Plumbing, commit: Callable[[], str]) -> None:
    (repo / "dir/a").unlink()
    work = commit()
    plumbing.settings()

    with full_disk(), pytest.raises(EnvironmentProblem):
        restore(plumbing, API, work, {"dir/a": base})


def test_no_place_for_an_index(
    repo: Path, base: str, plumbing: Plumbing, commit: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo / "dir/a").unlink()
    work = commit()
    monkeypatch.setattr("tempfile.tempdir", str(repo / "missing"))

    with pytest.raises(
        EnvironmentProblem, match=r"cannot write .*/missing: No such file or directory; fix: free"
    ):
        restore(plumbing, API, work, {"dir/a": base})


def blamed(plumbing: Plumbing, commits: list[str]) -> None:
    with blaming(plumbing, commits, API):
        raise EnvironmentProblem("git failed")


@pytest.mark.parametrize("lost", ["HEAD:dir/a", "HEAD:dir", "HEAD"])
def test_a_commit_that_is_not_whole_is_to_blame(plumbing: Plumbing, git: Run, base: str, lost: str) -> None:
    name = git("rev-parse", lost)
    (plumbing.git.objects / name[:2] / name[2:]).unlink()

    with pytest.raises(
        ResultMissing, match=f"commit {base[:12]} is not in this repository, or not as a whole"
    ):
        blamed(plumbing, [base])


def test_a_commit_that_no_tree_can_hold_is_to_blame(plumbing: Plumbing, git: Run, base: str) -> None:
    blob = git("rev-parse", f"{base}:README.md")
    git("update-index", "--add", "--cacheinfo", f"100644,{blob},dir/{'x' * 256}/y")
    git("commit", "--quiet", "--message=Long")

    with pytest.raises(
        ResultMissing, match=r"commit .* holds a path that cannot be written here: dir/xxx.*\.\.\."
    ):
        blamed(plumbing, [base, git("rev-parse", "HEAD")])


def test_whose_commit_it_is_need_not_be_known(plumbing: Plumbing) -> None:
    with (
        pytest.raises(
            ResultMissing, match=r"^commit c{12} is not .*whole; fix: run the task again that made it$"
        ),
        blaming(plumbing, ["c" * 40]),
    ):
        raise EnvironmentProblem("git failed")


def test_other_reasons_stay_what_they_are(plumbing: Plumbing, base: str) -> None:
    with pytest.raises(EnvironmentProblem, match="git failed"):
        blamed(plumbing, [base])
