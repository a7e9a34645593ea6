"""Tests the pages about words."""

from __future__ import annotations

from specrun.core.change import Action, ReasonCode
from specrun.errors import ExitCode
from specrun.report.handbook import text
from specrun.report.status import State
from specrun.report.topics import PAGES, TOPICS, contents, words


def test_every_page_tells_its_words() -> None:
    told = {name: text(make(), room=200) for name, make in PAGES.items()}
    assert all(f"  {one}" in told["states"] for one in State)
    assert all(f" {one}" in told["actions"] for one in Action)
    assert all(f"  {one}" in told["reasons"] for one in ReasonCode)
    assert all(f"  {int(one)}" in told["exit-codes"] for one in ExitCode)
    assert "it is the first of 70, 9, 8, 5, 1, 4." in " ".join(told["exit-codes"].split())
    assert "  ~ rerun" in told["actions"]
    assert "Said as: prompt changed." in told["reasons"]
    assert "`failed_unchanged`" in told["reasons"].partition("Reasons:\n")[0]
    assert "  cut_off" in told["events"]


def test_the_contents_list_all_topics_and_verbs() -> None:
    told = text(contents(["diff", "apply"]))
    assert all(f"\n  {one}" in told for one in TOPICS)
    assert "As with `--help`: diff, apply." in told


def test_single_words_keep_the_title_of_their_chapter() -> None:
    page = PAGES["states"]()
    found = [(one, each.title) for each in page.chapters for one in each.entries if one.term == "failed"]
    told = text(words("states", found))
    assert [row for row in told.splitlines() if row.endswith(":")] == ["States:", "Ends in records:"]
