"""Says on request (`--verbose`) what a verb works with: repository, specs, state; and how long it took."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from specrun import __version__
from specrun.commands import console
from specrun.errors import SpecrunError


@contextmanager
def told(word: str, directory: Path | None, specs: Sequence[str] = ()) -> Iterator[None]:
    """Say before a verb what it works with, and after it how long it took, however it ends."""
    start = time.monotonic()
    for row in rows(Path.cwd() if directory is None else directory, specs):
        console.note(f"specrun: {row}")
    try:
        yield
    finally:
        console.note(f"specrun: {word} took {time.monotonic() - start:.2f}s")


def rows(start: Path, specs: Sequence[str]) -> Iterator[str]:
    """Answer what there is to say of a folder; what is not there is for the verb itself to tell."""
    from specrun.report.text import line
    from specrun.spec.find import SETTINGS, spec_files
    from specrun.store.git import discover
    from specrun.store.layout import Layout

    yield f"version {__version__}, Python {platform.python_version()}, {platform.system()}"
    try:
        root = discover(start).root
        yield f"repository {line(str(root))}"
        home = Layout.of(root, os.environ).home
        yield f"state in {line(str(home))}, logs in attempts/SPEC/TASK/N/output.log below it"
        files = spec_files(root, specs)
        settings = (SETTINGS,) if os.path.lexists(root / SETTINGS) else ()
        yield f"read: {', '.join(map(line, (*settings, *files)))}"
    except SpecrunError:
        return
