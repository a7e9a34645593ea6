"""Tests the start tokens and exit records of shims, and how records of others are told from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.errors import EnvironmentProblem
from specrun.store.tokens import Exit, Start, read_exit, read_start
from tests.store import traces


def begun(directory: Path, **changes: object) -> Start:
    traces.begin(directory, **changes)  # type: ignore[arg-type]  # any part of a token, for brevity
    start = read_start(directory, "mend it")
    assert start is not None
    return start


@pytest.fixture
def end(tmp_path: Path) -> Exit:
    """The exit record of the shim that began."""
    (tmp_path / "intent.json").touch()
    traces.end(tmp_path)
    return read_exit(tmp_path, "mend it")


def test_a_token_is_a_shim_s_or_a_fence(tmp_path: Path) -> None:
    assert read_start(tmp_path, "") is None

    shim = begun(tmp_path)
    assert (shim.fenced, shim.started_at, len(shim.seal)) == (False, 5.5, 64)

    traces.write(tmp_path, "start.json", fenced=True, reason="r")
    fence = read_start(tmp_path, "")
    assert fence is not None
    assert (fence.fenced, fence.reason, fence.started_at, fence.seal) == (True, "r", None, "")


def test_a_record_tells_how_it_ended(tmp_path: Path) -> None:
    (tmp_path / "intent.json").touch()
    traces.end(tmp_path, exit_code=3, output_error="o", verdict_error="v", meter={"turns": 1})

    end = read_exit(tmp_path, "")

    assert (end.cause, end.exit_code, end.output_error, end.verdict_error) == ("exited", 3, "o", "v")
    assert (end.meter, end.key, len(end.order), len(end.digest)) == ({"turns": 1}, traces.KEY, 64, 64)
    assert not end.clean


def test_a_record_of_an_earlier_release_has_no_key(tmp_path: Path) -> None:
    (tmp_path / "intent.json").touch()
    traces.end(tmp_path, key="")

    end = read_exit(tmp_path, "")

    assert (end.key, end.order, end.verdict_error, end.clean) == ("", "", "", True)


def test_only_the_shim_s_own_record_fits_a_sealed_token(tmp_path: Path, end: Exit) -> None:
    assert begun(tmp_path).fits(end)
    assert begun(tmp_path).proves(end)
    for key in ("other", "", "\ud800"):
        forged = Exit(
            cause="exited", error="", exit_code=0, started_at=1, ended_at=2, output_error="", key=key
        )
        assert not begun(tmp_path).fits(forged)
        assert not begun(tmp_path).proves(forged)


def test_any_record_fits_a_token_of_an_earlier_release_and_proves_nothing(tmp_path: Path, end: Exit) -> None:
    assert begun(tmp_path, key="").fits(end)
    assert not begun(tmp_path, key="").proves(end)


def test_nothing_fits_a_fence(tmp_path: Path, end: Exit) -> None:
    assert not begun(tmp_path, fenced=True, reason="r").fits(end)


@pytest.mark.parametrize("kind", ["a pipe", "a link"])
def test_a_planted_token_is_told(tmp_path: Path, kind: str) -> None:
    if kind == "a pipe":
        os.mkfifo(tmp_path / "start.json")
    else:
        (tmp_path / "start.json").symlink_to(tmp_path / "nowhere")

    with pytest.raises(EnvironmentProblem, match=r"cannot read .*start\.json: .*; fix: mend it"):
        read_start(tmp_path, "mend it")


def test_an_odd_seal_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"start\.json: seal is 7 where a string is expected"):
        begun(tmp_path, seal=7)
