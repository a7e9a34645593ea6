"""The configuration folder of an attempt: made, taken over, removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specrun.store.homes import clear, furnish
from tests.rights import passed_without_rights


def test_files_are_private_and_in_their_folders(tmp_path: Path) -> None:
    home = tmp_path / "cfg"
    furnish(home, {"settings.json": "{}", "deep/er/a.toml": "x = 1\n"}, None)
    assert (home / "deep" / "er" / "a.toml").read_text() == "x = 1\n"
    assert {oct((home / name).stat().st_mode & 0o777) for name in ("settings.json", "deep/er/a.toml")} == {
        "0o600"
    }
    assert {oct(path.stat().st_mode & 0o777) for path in (home,)} == {"0o700"}


def test_without_files_there_is_an_empty_folder(tmp_path: Path) -> None:
    furnish(tmp_path / "cfg", {}, None)
    assert list((tmp_path / "cfg").iterdir()) == []


def test_an_earlier_folder_is_taken_over_but_for_what_cannot_be_copied(tmp_path: Path) -> None:
    earlier = tmp_path / "1"
    (earlier / "sessions").mkdir(parents=True)
    (earlier / "sessions" / "talk.jsonl").write_text("hello")
    (earlier / "settings.json").write_text("old")
    (earlier / "gone").symlink_to("nowhere")
    os.mkfifo(earlier / "pipe")
    home = tmp_path / "cfg"
    furnish(home, {"settings.json": "new"}, earlier)
    assert (home / "sessions" / "talk.jsonl").read_text() == "hello"
    assert (home / "settings.json").read_text() == "new"
    assert (home / "gone").is_symlink()
    assert not (home / "pipe").exists()


def test_an_earlier_folder_that_is_gone_is_no_hindrance(tmp_path: Path) -> None:
    furnish(tmp_path / "cfg", {"a": "b"}, tmp_path / "missing")
    assert (tmp_path / "cfg" / "a").read_text() == "b"


def test_a_link_that_was_left_is_not_followed(tmp_path: Path) -> None:
    earlier = tmp_path / "1"
    earlier.mkdir()
    (tmp_path / "mine").write_text("mine")
    (earlier / "settings.json").symlink_to(tmp_path / "mine")
    furnish(tmp_path / "cfg", {"settings.json": "new"}, earlier)
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", ".", ""])
def test_no_file_leads_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        furnish(tmp_path / "cfg", {name: "x"}, None)


def test_it_goes_away_however_often(tmp_path: Path) -> None:
    furnish(tmp_path / "cfg", {"a": "b"}, None)
    clear(tmp_path / "cfg")
    clear(tmp_path / "cfg")
    assert not (tmp_path / "cfg").exists()


def test_an_earlier_folder_that_has_become_a_link_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "key").write_text("mine")
    (tmp_path / "1").symlink_to(tmp_path / "mine")
    furnish(tmp_path / "cfg", {"a": "b"}, tmp_path / "1")
    assert [path.name for path in (tmp_path / "cfg").iterdir()] == ["a"]


@pytest.mark.parametrize("left", ["link", "file", "folder"])
def test_whatever_was_left_in_the_place_of_a_file_gives_way(left: str, tmp_path: Path) -> None:
    earlier, mine = tmp_path / "1", tmp_path / "mine"
    mine.mkdir()
    (mine / "a.toml").write_text("mine")
    earlier.mkdir()
    if left == "link":
        (earlier / "deep").symlink_to(mine)
    elif left == "file":
        (earlier / "deep").write_text("in the way")
    else:
        (earlier / "deep" / "a.toml" / "b").mkdir(parents=True)
    furnish(tmp_path / "cfg", {"deep/a.toml": "x = 1\n"}, earlier)
    assert (mine / "a.toml").read_text() == "mine"
    assert (tmp_path / "cfg" / "deep" / "a.toml").read_text() == "x = 1\n"


def test_what_an_agent_has_closed_is_taken_over_and_goes_away(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    earlier = tmp_path / "1"
    (earlier / "deep").mkdir(parents=True)
    (earlier / "deep" / "talk").write_text("hello")
    (earlier / "deep" / "talk").chmod(0)
    for folder in (earlier / "deep", earlier):
        folder.chmod(0o500)
    furnish(tmp_path / "cfg", {"deep/a": "b"}, earlier)
    assert (tmp_path / "cfg" / "deep" / "talk").read_text() == "hello"
    (earlier / "deep").chmod(0o500)
    clear(earlier)
    assert not earlier.exists()


def test_a_link_goes_away_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "key").write_text("mine")
    (tmp_path / "cfg").symlink_to(tmp_path / "mine")
    clear(tmp_path / "cfg")
    assert not (tmp_path / "cfg").is_symlink()
    assert (tmp_path / "mine" / "key").read_text() == "mine"
