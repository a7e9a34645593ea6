"""From files to meaning: specs are read, checked, explained when wrong, and compiled for the core."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specrun.core.task import Json
    from specrun.spec.load import Loaded


def load(root: Path, names: Sequence[str], *, agents: Collection[str], executors: Collection[str]) -> Loaded:
    """Read and check specs of the repo at `root`; see `specrun.spec.load`. Raises InvalidSpec."""
    from specrun.spec.load import load as load_now

    return load_now(root, names, agents=agents, executors=executors)


def schema_text(name: str) -> str:
    """Answer the JSON Schema `spec` or `settings` as the text of the committed file. Raises KeyError."""
    from specrun.spec.published import schema_text as text_now

    return text_now(name)


def json_schema(name: str) -> dict[str, Json]:
    """Answer the JSON Schema called `spec` or `settings`. Raises KeyError."""
    from specrun.spec.published import json_schema as schema_now

    return schema_now(name)
