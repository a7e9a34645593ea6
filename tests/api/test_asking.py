"""Tests what can be asked for."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from specrun.api.asking import Going, Options, Selecting, Selection, selecting
from specrun.api.selecting import selectors
from specrun.commands import apply
from specrun.core.selection import Selectors


def test_a_selection_is_said_with_the_words_of_the_options() -> None:
    options = {one.name for one in apply.command.params}
    assert set(get_type_hints(Selecting)) == set(get_type_hints(Selection))
    asked = set(get_type_hints(Selection)) | set(get_type_hints(Going))
    assert asked == options - {"specs", "watch", "folder"}
    assert set(get_type_hints(Options)) - set(get_type_hints(Selection)) == {"retry_failed", "force"}


def test_one_text_is_not_taken_for_its_letters() -> None:
    assert selectors(selecting({"only": "api", "label": ["slow", "big"], "failed": True})) == Selectors(
        only=("api",), label=("slow", "big"), failed=True
    )
    assert selectors(selecting({})) == Selectors()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"onyl": "api"}, "'onyl' is no selector; there are target, only, from_"),
        ({"only": 3}, "only=3 is neither a text nor several"),
        ({"label": ["slow", 3]}, r"label=\['slow', 3\] is neither a text nor several"),
    ],
)
def test_what_means_nothing_is_a_mistake_of_the_program(given: dict[str, object], told: str) -> None:
    with pytest.raises(TypeError, match=told):
        selecting(given)
