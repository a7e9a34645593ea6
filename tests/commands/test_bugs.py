"""Tests the report that a bug leaves."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from specrun import __version__
from specrun.commands.bugs import report


def test_a_report_tells_what_is_needed_and_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = Path(report(ValueError("oh \udcff"), ["diff", "a b"]))
    told = path.read_text()
    assert "ValueError: oh" in told
    assert "command: specrun 'diff' 'a b'" in told
    assert __version__ in told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_place_for_a_report_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    assert report(ValueError(), []) == ""
