"""Checks where the pinned programs are looked for, and what is said when one is missing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clis import Missing, lacking, pins, program, version
from tests.clis.pins import PROGRAMS

HERE = Path(__file__).parent


def test_the_lock_holds_the_pinned_versions_with_hashes_and_no_address() -> None:
    wanted = json.loads((HERE / "package.json").read_text())
    lock = json.loads((HERE / "package-lock.json").read_text())["packages"]
    packages = {**wanted["dependencies"], **wanted["optionalDependencies"]}
    for name, exact in packages.items():
        known = next(known for known in PROGRAMS if known in name)
        assert re.search(rf"(?:^|@){re.escape(version(known))}(?:-|$)", exact), name
        assert f"node_modules/{name}" in lock
    bare = [
        name for name, entry in lock.items() if name and not entry.get("integrity", "").startswith("sha512-")
    ]
    assert bare == []
    for entry in lock.values():
        # Where to give money is an address, too, and none that anything is fetched from.
        entry.pop("funding", None)
    assert not re.search(r"://|\"resolved\"", json.dumps(lock))


def test_every_build_that_is_looked_for_is_in_the_lock() -> None:
    wanted = json.loads((HERE / "package.json").read_text())["optionalDependencies"]
    looked_for = {f"@openai/codex-{build}" for build in pins.CODEX.values()}
    looked_for |= {f"opencode-{build}" for build in pins.OPENCODE.values()}
    assert set(wanted) == looked_for


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "claude"])
def test_without_npm_there_is_a_reason(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = lacking(name)
    assert reason is not None
    assert "npm" in reason


def test_a_platform_that_the_lock_lacks_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "npm").write_text("#!/bin/sh\n")
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pins, "OPENCODE", {})
    assert "the lock has no opencode" in str(lacking("opencode"))


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "claude"])
def test_a_program_that_is_not_there_is_missed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "MODULES", tmp_path)
    with pytest.raises(Missing, match=rf"{name} .*make check"):
        program(name)


def test_the_list_says_where_each_is() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.clis"], cwd=HERE.parents[1], capture_output=True, text=True, check=True
    )
    lines = ran.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"{name} {version(name)}" for name in PROGRAMS]
