"""Tests what is said of a checkout."""

from __future__ import annotations

from pathlib import Path

from specrun.core.task import TaskId
from specrun.report.checkouts import leaving, opened, others

API = TaskId("auth/api")
COMMIT = "0123456789abcdef" * 2


def test_what_it_holds() -> None:
    assert opened(API, COMMIT, "failed", new=True) == (
        "A new checkout of auth/api (failed), commit 0123456789ab."
    )
    assert opened(TaskId("auth/a\x1b[2Jpi"), COMMIT, "", new=False) == (
        "The checkout, as it was left, of auth/api, commit 0123456789ab."
    )


def test_how_changes_come_back() -> None:
    back = (
        "exit leaves. To bring changes back, commit them, git push origin HEAD,\n"
        "then in your repository: git merge mend/api"
    )
    assert leaving(API, good=True) == back
    assert leaving(API, good=False) == (
        f'{back}\nand for it to count: specrun accept auth/api --reason "mended by hand"'
    )


def test_that_there_are_others() -> None:
    end = " in open/auth/api; specrun prune takes away what is unchanged."
    assert others(Path("open/auth/api"), 1) == f"Of other results one is{end}"
    assert others(Path("open/auth/api"), 2) == f"Of other results 2 are{end}"
