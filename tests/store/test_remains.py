"""Tests that attempts leave what the tests of pruning look for."""

from __future__ import annotations

from collections.abc import Callable

from specrun.store.layout import Layout
from tests.store.remains import Remains


def test_a_collected_attempt_leaves_all_kinds(git: Callable[..., str], layout: Layout) -> None:
    remains = Remains(git, layout)
    commit = remains.collected(1)
    remains.branch(commit)

    assert remains.paths() == [
        *("attempts/auth", "attempts/auth/api", "attempts/auth/api/1", "done/auth.api.1"),
        *("work/auth", "work/auth/api", "work/auth/api/1", "work/auth/api/1.index"),
    ]
    assert remains.references() == [
        "refs/heads/specrun/auth/api",
        *(f"refs/specrun/{kind}/auth/api/1" for kind in ("attempts", "bases", "proofs")),
        f"refs/specrun/salvage/auth/api/1-{commit[:12]}",
    ]
