"""Tests the checkouts in which people look at what tasks have left, and that none of their work is lost."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.core.task import TaskId
from specrun.core.world import Status
from specrun.errors import EnvironmentProblem, Locked, ResultMissing
from specrun.store.checkouts import Checkout, Checkouts
from specrun.store.git import Git
from specrun.store.layout import Layout
from specrun.store.removal import erase
from specrun.store.sparing import Kept, Leftover
from specrun.system import locks
from tests.report.values import run

Run = Callable[..., str]
API, WEB = TaskId("auth/api"), TaskId("auth/web")


@pytest.fixture
def checkouts(host: Git, layout: Layout) -> Checkouts:
    return Checkouts(host, layout)


@pytest.fixture
def work(repo: Path, git: Run, base: str) -> str:
    """A commit that a task may have left, on no branch."""
    (repo / "work").write_text("done\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=Work")
    made = git("rev-parse", "HEAD")
    git("reset", "--quiet", "--hard", base)
    return made


@pytest.fixture
def there(checkouts: Checkouts, work: str) -> Checkout:
    return checkouts.open(API, work)


def left(checkouts: Checkouts, *names: TaskId, result: str | None = None) -> list[Leftover | Kept]:
    return [*checkouts.leavings(dict.fromkeys(names or (API,), result))]


def removed(checkouts: Checkouts) -> list[Kept]:
    return [*checkouts.remove([one for one in left(checkouts) if isinstance(one, Leftover)])]


def test_it_is_a_clone_on_a_branch_of_its_own(
    checkouts: Checkouts, work: str, git: Run, layout: Layout
) -> None:
    one = checkouts.open(API, work)
    assert (one.path, one.new) == (layout.home / "open" / "auth" / "api" / work[:12], True)
    assert (one.path / "work").read_text() == "done\n"
    assert git("status", "--porcelain", "--branch", cwd=one.path) == "## mend/api"
    assert git("rev-parse", "HEAD", cwd=one.path) == work
    assert git("worktree", "list").count("\n") == 0
    assert stat.S_IMODE(layout.home.stat().st_mode) == 0o700


def test_changes_come_back(there: Checkout, git: Run) -> None:
    (there.path / "work").write_text("mended\n")
    git("commit", "--quiet", "--all", "--message=Mend", cwd=there.path)
    git("push", "--quiet", "origin", "HEAD", cwd=there.path)
    assert git("show", "mend/api:work") == "mended"


def test_opened_again_it_is_as_it_was_left(
    checkouts: Checkouts, there: Checkout, work: str, base: str
) -> None:
    (there.path / "work").write_text("mended\n")
    again = checkouts.open(API, work)
    assert again == replace(there, new=False)
    assert (again.path / "work").read_text() == "mended\n"
    other = checkouts.open(API, base)
    assert other.path.parent == there.path.parent
    assert [*checkouts.found()] == sorted([again, replace(other, new=False)], key=lambda one: one.path)


def test_it_outlives_a_clean_up_of_the_host(
    checkouts: Checkouts, there: Checkout, git: Run, repo: Path
) -> None:
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "--quiet", "--prune=now")
    assert git("log", "--format=%s", "-1", cwd=there.path) == "Work"
    assert removed(checkouts) == []
    git("reflog", "expire", "--expire=now", "--all")
    git("gc", "--quiet", "--prune=now")
    with pytest.raises(subprocess.CalledProcessError):
        git("cat-file", "-e", there.commit)


def test_a_person_is_the_one_that_the_host_knows(
    checkouts: Checkouts, base: str, git: Run, host: Git, layout: Layout
) -> None:
    assert "[user]" not in (checkouts.open(WEB, base).path / ".git" / "config").read_text()
    git("config", "user.name", "Ada")
    git("config", "user.email", "ada@example.invalid")
    known = Checkouts(host, layout).open(API, base)
    told = (known.path / ".git" / "config").read_text()
    assert '[user]\n\tname = "Ada"\n\temail = "ada@example.invalid"\n' in told
    assert "gpgsign" not in told


def test_nothing_of_the_work_runs(
    checkouts: Checkouts, repo: Path, git: Run, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    (repo / ".gitattributes").write_text("* filter=trap\n")
    (repo / "hooks").mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (repo / "hooks" / name).write_bytes(trap.read_bytes())
        (repo / "hooks" / name).chmod(0o755)
    git("add", "--all")
    git("commit", "--quiet", "--message=Trap")
    settings = tmp_path / "settings"
    settings.write_text(
        f"[core]\n\thooksPath = {repo}/hooks\n\tfsmonitor = {trap}\n"
        f'[filter "trap"]\n\tsmudge = {trap}\n\tclean = {trap}\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    one = checkouts.open(API, git("-c", f"core.hooksPath={os.devnull}", "rev-parse", "HEAD"))
    # What runs in a checkout may write there what it likes.
    (one.path / ".git" / "config").write_text(settings.read_text())
    (one.path / ".git" / "hooks").symlink_to(repo / "hooks")
    assert [type(told) for told in left(checkouts)] == [Leftover]
    assert removed(checkouts) == []
    assert not one.path.exists()
    assert not (tmp_path / "sprung").exists()


def test_the_present_result_stays_and_others_go(
    checkouts: Checkouts, there: Checkout, git: Run, base: str, layout: Layout
) -> None:
    assert left(checkouts, result=there.commit) == []
    assert left(checkouts, WEB) == []
    assert git("for-each-ref", "--format=%(refname)", "refs/specrun") == (
        f"refs/specrun/checkouts/auth/api/{there.commit[:12]}-{layout.digest}"
    )
    (item,) = left(checkouts, result=base)
    assert isinstance(item, Leftover)
    assert (item.task_id, item.kind, item.commit) == (API, "checkout", there.commit)
    assert item.name == f"open/auth/api/{there.commit[:12]}"
    assert item.size > len("done\n")
    assert removed(checkouts) == []
    assert [*there.path.parent.iterdir()] == []
    assert git("for-each-ref", "refs/specrun") == ""


DIRTY: dict[str, tuple[str, ...]] = {
    "an edit": (),
    "a commit": ("commit", "--quiet", "--all", "--message=Mend"),
    "a stash": ("stash",),
}


@pytest.mark.parametrize("kind", DIRTY)
def test_unsaved_work_stays(checkouts: Checkouts, there: Checkout, git: Run, kind: str) -> None:
    (item,) = left(checkouts)
    assert isinstance(item, Leftover)
    (there.path / "work").write_text("mended\n")
    if DIRTY[kind]:
        git(*DIRTY[kind], cwd=there.path)
    why = "it holds changes that are nowhere else"
    assert left(checkouts) == [
        Kept(task_id=API, name=item.name, why=why, fix=f"leave it, or remove it: rm -rf {there.path}")
    ]
    # It may have been changed since somebody has looked.
    assert [*checkouts.remove([item])] == [Kept(task_id=API, name=item.name, why=why)]
    assert there.path.exists()


def test_work_that_was_brought_back_goes(checkouts: Checkouts, there: Checkout, git: Run) -> None:
    (there.path / "work").write_text("mended\n")
    (there.path / "built.o").write_text("ignored\n")
    git("commit", "--quiet", "--all", "--message=Mend", cwd=there.path)
    assert [type(one) for one in left(checkouts)] == [Kept]
    git("push", "--quiet", "origin", "HEAD", cwd=there.path)
    assert [type(one) for one in left(checkouts)] == [Leftover]
    git("branch", "-D", "mend/api")
    assert [type(one) for one in left(checkouts)] == [Kept]


def test_where_somebody_is_at_work_it_stays(checkouts: Checkouts, there: Checkout) -> None:
    lock = checkouts.enter(there)
    assert lock is not None
    with lock:
        assert checkouts.enter(there) is None
        (kept,) = left(checkouts)
        assert isinstance(kept, Kept)
        assert (kept.why, kept.fix) == ("somebody is at work in it", "")
    assert [type(one) for one in left(checkouts)] == [Leftover]


def test_what_is_no_checkout_is_left_alone(
    checkouts: Checkouts, there: Checkout, layout: Layout, tmp_path: Path
) -> None:
    top = layout.home / "open"
    (top / "auth" / "api" / "mine").mkdir()
    (top / "auth" / "api" / "mine.base").write_text("0" * 40)
    (top / "auth" / "api" / "unread.base").symlink_to("nowhere")
    (top / "auth" / "Api!" / "x").mkdir(parents=True)
    (top / "auth" / "web").symlink_to(tmp_path)
    assert [one.path for one in checkouts.found()] == [there.path]


def test_what_belongs_to_one_that_somebody_has_removed_goes_too(
    checkouts: Checkouts, there: Checkout, git: Run
) -> None:
    erase(there.path)
    assert [*checkouts.found()] == []
    assert [type(one) for one in left(checkouts, result=there.commit)] == [Leftover]
    assert removed(checkouts) == []
    assert [*there.path.parent.iterdir()] == []
    assert git("for-each-ref", "refs/specrun") == ""


def test_a_checkout_that_cannot_be_removed_is_told(
    checkouts: Checkouts, there: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [one for one in left(checkouts) if isinstance(one, Leftover)]

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("specrun.store.checkouts.bury", refuse)
    assert [one.why for one in checkouts.remove(items)] == ["it cannot be removed: Read-only file system"]


@pytest.mark.usefixtures("base")
def test_a_commit_that_is_not_here_is_told(checkouts: Checkouts) -> None:
    with pytest.raises(ResultMissing, match=r"auth/api: commit 0{12} is not in this repository; fix: fetch"):
        checkouts.open(API, "0" * 40)
    assert [*checkouts.found()] == []


def test_links_lead_nowhere(checkouts: Checkouts, base: str, layout: Layout, tmp_path: Path) -> None:
    (layout.home / "open" / "auth").mkdir(parents=True)
    (layout.home / "open" / "auth" / "api").symlink_to(tmp_path)
    with pytest.raises(EnvironmentProblem, match="is a link"):
        checkouts.open(API, base)


def test_a_folder_that_cannot_be_made_is_told(checkouts: Checkouts, base: str, layout: Layout) -> None:
    (layout.home / "open").touch()
    with pytest.raises(EnvironmentProblem, match="cannot write"):
        checkouts.open(API, base)


def test_two_at_once_do_not_meet(checkouts: Checkouts, base: str, layout: Layout) -> None:
    (layout.home / "open").mkdir()
    lock = locks.acquire(layout.home / "open" / "lock")
    assert lock is not None
    with lock, pytest.raises(Locked, match="another specrun makes a checkout here"):
        checkouts.open(API, base)
    assert checkouts.open(API, base).new


def test_the_result_of_a_task(checkouts: Checkouts, base: str, work: str, git: Run) -> None:
    assert checkouts.result(API, None) is None
    git("update-ref", "refs/specrun/attempts/auth/api/2", base)
    git("update-ref", "refs/specrun/attempts/auth/api/10", work)
    assert checkouts.collected(API) == {2: base, 10: work}
    assert checkouts.result(API, None) == work
    failed = replace(run(API, Status.FAILED), commit=base)
    assert checkouts.result(API, failed) == base
    git("branch", "specrun/auth/api", work)
    assert checkouts.result(API, failed) == base
    good = replace(run(API, Status.SUCCEEDED), commit=base)
    assert checkouts.result(API, good) == work
    git("branch", "-D", "specrun/auth/api")
    assert checkouts.result(API, good) == base
