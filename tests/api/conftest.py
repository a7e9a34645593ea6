"""Gives the tests of the API the repo and the verbs that those of the verbs have."""

from __future__ import annotations

from tests.commands.conftest import begin, spec, specrun

__all__ = ["begin", "spec", "specrun"]
