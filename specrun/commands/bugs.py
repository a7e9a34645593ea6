"""Leaves a report when specrun itself is at fault."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence

from specrun import __version__


def report(error: BaseException, arguments: Sequence[str]) -> str:
    """Write traceback, versions and command line to a private file; answer its path, "" without success."""
    told = [
        "specrun stopped because of a bug in itself. Please attach this file to a report.",
        f"specrun {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: specrun {' '.join(map(repr, arguments))}",
        "",
        *traceback.format_exception(error),
    ]
    try:
        number, path = tempfile.mkstemp(prefix="specrun-bug-", suffix=".log")
        with os.fdopen(number, "w", encoding=sys.getdefaultencoding(), errors="backslashreplace") as file:
            file.write("\n".join(told))
    except OSError:
        return ""
    return path
