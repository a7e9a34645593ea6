"""Makes text from anywhere inert inside a Markdown table."""

from __future__ import annotations

import re

from specrun.report.text import line

_TICKS = re.compile(r"`+")
_PIPE = "\N{BROKEN BAR}"
LIMIT = 160
"""Characters of a cell; agents like to talk."""


def cell(text: str) -> str:
    """Answer a code span that no link, image, mention, raw HTML or extra column can leave.

    Nothing is interpreted inside a code span, so its fence is longer than any run of backticks in it. A pipe
    ends a table cell even there, and escaping it is read in two ways, so it is replaced by a broken bar.
    """
    bare = line(text).replace("|", _PIPE)
    if not bare:
        return ""
    if len(bare) > LIMIT:
        bare = f"{bare[: LIMIT - 3]}..."
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(bare)), default=0))
    blank = " " if bare.startswith("`") or bare.endswith("`") else ""
    return f"{fence}{blank}{bare}{blank}{fence}"
