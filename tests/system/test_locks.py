"""Kernel locks: one holder, freed by its death, probed without disturbing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from specrun.system import locks
from tests.poll import until

ROOT = Path(__file__).parent.parent.parent
HOLD = """
import sys, time
sys.path.insert(0, sys.argv[1])
from specrun.system import locks
locks.OFD = sys.argv[3] == "True"
lock = locks.acquire(sys.argv[2])
print(lock is not None, flush=True)
sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "home")


@pytest.fixture(params=[True, False], ids=["open file description locks", "flock"], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param and not locks.OFD:
        pytest.skip("the kernel has no open file description locks")
    monkeypatch.setattr(locks, "OFD", request.param)
    return bool(request.param)


def holder(path: Path, kind: bool) -> subprocess.Popen[str]:  # noqa: FBT001 - a fixture's value
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(ROOT), str(path), str(kind)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locks.acquire(path) or pytest.fail("free") as lock:
        assert locks.acquire(path) is None
        assert locks.held(path)
        lock.close()
        assert not locks.held(path)
    second = locks.acquire(path)
    assert second is not None
    second.close()
    assert path.exists()


def test_a_missing_file_is_free_and_a_probe_makes_none(tmp_path: Path) -> None:
    assert not locks.held(tmp_path / "lock")
    assert names(tmp_path) == []


def test_death_frees_it(tmp_path: Path, kind: bool) -> None:  # noqa: FBT001 - a fixture's value
    path = tmp_path / "lock"
    with holder(path, kind) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert locks.held(path)
        assert locks.acquire(path) is None
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert not locks.held(path)


def test_started_programs_do_not_inherit_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = locks.acquire(path)
    assert lock is not None
    with subprocess.Popen(["sleep", "100"], close_fds=False) as child:
        lock.close()
        until(lambda: not locks.held(path))
        child.kill()


def test_many_probes_take_nothing(tmp_path: Path, kind: bool) -> None:  # noqa: FBT001 - a fixture's value
    if not kind:
        pytest.skip("flock can only be probed by taking it")
    path = tmp_path / "lock"
    path.touch()
    probing = os.open(path, os.O_RDWR)
    try:
        assert not locks._taken(probing)
        lock = locks.acquire(path)  # the probe's descriptor is still open
        assert lock is not None
        lock.close()
    finally:
        os.close(probing)


def test_an_unwritable_place_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        locks.acquire(tmp_path / "missing" / "lock")


def test_a_lock_knows_its_file_from_another_of_the_same_name(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = locks.acquire(path)
    assert lock is not None
    with lock:
        assert lock.stands(path)
        path.unlink()
        assert not lock.stands(path)
        path.touch()
        assert not lock.stands(path)
    assert not lock.stands(path)


@pytest.mark.parametrize("taken", [True, False])
def test_whoever_may_only_read_may_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, taken: bool
) -> None:
    lock = locks.acquire(tmp_path / "lock") or pytest.fail("free")
    if not taken:
        lock.close()
    (tmp_path / "lock").chmod(0o444)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    me = os.geteuid()
    if me == 0:  # permissions do not bind root
        os.seteuid(65534)
    try:
        assert locks.held("lock") == taken
    finally:
        os.seteuid(me)
        lock.close()
