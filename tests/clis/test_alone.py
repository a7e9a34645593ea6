"""Checks that the CLIs stay on loopback in their seats, and that the watch would notice if they did not."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests import loopback
from tests.clis import NAMES, lacking
from tests.clis.test_smoke import WAYS

ROOT = Path(__file__).parents[2]
PROMPT = 'Say it <<stub [{"text": "All is said."}]>>'
LOUD = "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="


def run(name: str, *pairs: str) -> loopback.Watched:
    argv = [sys.executable, "-m", "tests.clis.alone", name, *pairs, "--", *WAYS[name].argv]
    return loopback.run(argv, cwd=ROOT, env={"PATH": os.environ["PATH"]}, prompt=PROMPT)


@pytest.mark.parametrize("name", NAMES)
def test_a_seated_cli_looks_for_nothing_beyond_loopback(name: str) -> None:
    if reason := lacking(name):
        pytest.skip(reason)
    ran = run(name)
    assert ran.code == 0, ran.errors
    assert "All is said." in ran.output
    assert ran.seen in (None, loopback.Seen((), 0))


def test_a_cli_that_may_call_home_is_noticed() -> None:
    if not loopback.isolating():
        pytest.skip("no network namespaces here")
    # Without this the program says a name of its maker's to the name server.
    ran = run("claude", LOUD, "DISABLE_TELEMETRY=", "DISABLE_ERROR_REPORTING=", "DISABLE_AUTOUPDATER=")
    last = [json.loads(line) for line in ran.output.splitlines() if '"result"' in line][-1]
    assert last["result"] == "All is said."
    assert ran.seen is not None
    assert any(name.endswith("anthropic.com") for name in ran.seen.names)
