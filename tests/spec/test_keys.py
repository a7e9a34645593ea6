"""Keys are those of the model that a path leads to, whatever names people gave on the way."""

from __future__ import annotations

import pytest

from specrun.spec.keys import known_keys
from specrun.spec.schema import SpecDoc
from specrun.spec.schema_settings import SettingsDoc


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("budget",), "on_exceed"),
        (("tasks", "a"), "with"),
        (("tasks", "retry"), "prompt"),
        (("tasks", "a", "depends_on", "b"), "carry"),
        (("models", "rules", 0), "match"),
        (("checks", 0), "run"),
        (("project",), "paths"),
        (("project", "paths", "web"), "lint"),
        (("tasks", "a", "judge", "rewind"), "limit"),
        (("agents", "env"), "argv"),
        (("agents", "a", "meter", "events", 2), "each"),
        (("agents", "a", "meter", "events", 2, "tokens"), "cache_read"),
    ],
)
def test_known_keys_follow_the_path(path: tuple[str | int, ...], key: str) -> None:
    assert key in known_keys(SettingsDoc if path[0] == "agents" else SpecDoc, path)


def test_nothing_is_known_where_no_mapping_has_names_of_ours() -> None:
    assert "fallback" not in known_keys(SpecDoc, ("tasks", "a", "retry"))
    assert known_keys(SpecDoc, ("env",)) == ()
    assert known_keys(SpecDoc, ("nowhere", "at_all")) == ()
