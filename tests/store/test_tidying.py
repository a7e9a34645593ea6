"""Tests that grants and secrets are used once, and that looking takes nothing away."""

from __future__ import annotations

import pytest

from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from tests.store import traces
from tests.store.ordering import API, key, order


def test_a_grant_is_used_by_the_intent_that_names_it(attempts: AttemptFiles, layout: Layout) -> None:
    token = AttemptFiles(layout).grant(API)
    assert AttemptFiles(layout).grant(API) == token
    assert attempts.grants() == {API: token}

    attempts.order(order(grant=token))

    assert list(layout.grants.iterdir()) == []
    assert attempts.grants() == {}


def test_a_grant_whose_removal_was_interrupted_is_not_used_twice(
    attempts: AttemptFiles, layout: Layout
) -> None:
    token = attempts.grant(API)
    kept = (layout.grants / token).read_bytes()
    attempts.order(order(grant=token))
    (layout.grants / token).write_bytes(kept)

    assert AttemptFiles(layout).grants() == {}
    assert (layout.grants / token).exists()
    again = AttemptFiles(layout).grant(API)
    assert again != token
    assert [path.name for path in layout.grants.iterdir()] == [again]


@pytest.mark.parametrize("doing", ["tidy", "order", "collected"])
def test_secrets_that_a_killed_specrun_has_left_go_with_the_next_that_writes(
    attempts: AttemptFiles, layout: Layout, doing: str
) -> None:
    attempts.order(order(secrets=("KEY",)))
    attempts.launching(key(), {"KEY": "hush"})
    traces.begin(attempts.directory(key()))
    other = AttemptFiles(layout)
    other.scan()
    assert (attempts.directory(key()) / "secrets.json").exists()

    if doing == "tidy":
        other.tidy()
    elif doing == "order":
        other.order(order(2))
    else:
        other.collected(key())

    assert not (attempts.directory(key()) / "secrets.json").exists()


def test_a_grant_that_led_to_no_attempt_is_taken_away(attempts: AttemptFiles) -> None:
    attempts.spend("")
    attempts.spend(attempts.grant(API))

    assert attempts.grants() == {}
