"""Seals records with a digest, and sees where somebody else has changed one since."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from specrun.core.task import Json
from specrun.store.documents import dump

KEY = "digest"

# Only a key of the whole record stands behind two spaces: those inside stand deeper, and no string has line
# breaks. There are always keys before and behind it.
_LINE = re.compile(rb'\n  "digest": "([0-9a-f]{64})",(?=\n)')


def sealed(document: Mapping[str, Json]) -> dict[str, Json]:
    """Answer a document with the digest of everything else in it: the hex SHA-256 of its bytes without it."""
    bare = _bare(document)
    return {**bare, KEY: _digest(dump(bare))}


def intact(raw: bytes, document: Mapping[str, Json]) -> bool:
    """Whether a file still says what was sealed; `document` is what its bytes mean.

    Layout and order do not count. One without a digest is of an earlier release, and trusted. Raises
    ValueError for what is nested too deeply.
    """
    if KEY not in document:
        return True
    raw = raw.replace(b"\r\n", b"\n")  # as git may check them out
    line = _LINE.search(raw)
    if line is not None and document[KEY] == line[1].decode():
        # As it was written, which nearly all are: then its bytes tell, and nothing has to be written anew.
        head, rest = raw[: line.start()], memoryview(raw)[line.end() :]
        if _digest(head, rest) == document[KEY]:
            return True
    try:
        return document[KEY] == _digest(dump(_bare(document)))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _bare(document: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in document.items() if name != KEY}


def _digest(*parts: bytes | memoryview) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()
