"""Tests the double of a full disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.full import full_disk


def test_nothing_can_be_written_for_a_while(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(OSError, match="too large"):
        (tmp_path / "file").write_text("x")

    (tmp_path / "file").write_text("x")
