"""Tests `specrun results`."""

from __future__ import annotations

import json

from tests.commands.conftest import Spec, Specrun


def test_results(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'echo made it'}")
    assert specrun("results").out == "No results yet.\n"
    specrun("apply", "--yes")
    assert "demo/one  succeeded  1 attempt" in specrun("results").out
    told = json.loads(specrun("results", "--json").out)["results"]
    assert [(one["address"], one["summary"]) for one in told] == [("demo/one", "made it")]
