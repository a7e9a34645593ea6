"""The way around root's rights is itself no way around the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rights import obeyed, passed_without_rights


def test_closed_is_closed_once_rights_are_dropped(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if passed_without_rights(request, tmp_path):
        return
    assert obeyed(tmp_path)
