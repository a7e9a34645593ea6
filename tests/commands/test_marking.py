"""Tests what the verbs share that write a person's word into records."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from specrun.commands.marking import LONGEST, Reason, mark, records
from specrun.wiring import open_project
from tests.commands.conftest import Spec, Specrun


def test_a_reason_is_one_line_of_plain_text() -> None:
    kind = Reason()
    assert kind.convert("  weil es so ist, 日本  ", None, None) == "weil es so ist, 日本"
    assert kind.convert("x" * LONGEST, None, None) == "x" * LONGEST
    for wrong in ("", " \n ", "a\tb", "a\x00b", "a\u202eb", "a\udcffb", "x" * (LONGEST + 1)):
        with pytest.raises(click.BadParameter):
            kind.convert(wrong, None, None)


def test_a_mark_tells_who_git_says_is_there(repo: Path, spec: Spec, monkeypatch: pytest.MonkeyPatch) -> None:
    spec("one: {prompt: 'true'}")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ann")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ann@example.invalid")
    told = mark(open_project(repo, ()), "why", 5.0)
    assert (told.reason, told.by, told.at) == ("why", "Ann <ann@example.invalid>", 5.0)


def test_only_the_specs_of_the_chosen_tasks_are_there(repo: Path, spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}\nold: {prompt: 'true'}\nnew: {prompt: 'true'}")
    spec("one: {prompt: 'true'}", name="other")
    specrun("apply", "--yes", "demo")
    spec("one: {prompt: 'true'}\nlast: {prompt: 'true'}")
    with records(repo, ("demo/o*", "last")) as found:
        assert [run.task_id for run in found.runs] == ["demo/one", "demo/old"]
        assert found.bare == ("demo/last",)
        assert list(found.runtime.desired.specs) == ["demo"]
        assert specrun("apply", "--yes", "demo").code == 6
        assert specrun("apply", "--yes", "other").code == 0
