"""Finds the symbolic links of a change that lead out of the tree that they stand in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import dropwhile

from specrun.core.world import CarriedFile
from specrun.store.git import LONG
from specrun.store.plumbing import Plumbing

_LINK = "120000"
_LONGEST = 4095
"""Bytes that the target of a link may have on any system; git cannot even write a longer one."""
_SHOWN = 200
_NOWHERE = {b"symlink", b"dangling", b"loop", b"notdir"}
"""What git says of a link that leads to nothing in the tree, before a size and as many bytes of text."""


def leading_out(plumbing: Plumbing, commit: str, changed: Iterable[CarriedFile]) -> tuple[str, ...]:
    """Name the new and changed links of `commit` that lead out of its tree, as `path -> target`, sorted.

    Also those that no tree can hold. Everything that a terminal might take for an order is escaped.
    """
    links = {file.path: file.blob for file in changed if file.mode == _LINK}
    if not links:
        return ()
    targets = _targets(plumbing, sorted(set(links.values())))
    found: dict[str, bytes | None] = {}
    unsure: list[str] = []
    for path, blob in links.items():
        target = targets.get(blob)
        if target is None or _leaves(path, target):
            found[path] = target
        elif _turns_back(target):
            unsure.append(path)
    found |= {path: targets[links[path]] for path in _astray(plumbing, commit, unsure)}
    return tuple(sorted(f"{_told(path)} -> {_shown(target)}" for path, target in found.items()))


def _leaves(path: str, target: bytes) -> bool:
    """Whether the words of a link lead above the top, or to no place of a tree at all."""
    if not target or b"\0" in target or target.startswith(b"/"):
        return True
    depth = path.count("/")
    for step in target.split(b"/"):
        depth += {b"": 0, b".": 0, b"..": -1}.get(step, 1)
        if depth < 0:
            return True
    return False


def _turns_back(target: bytes) -> bool:
    """Whether a name is left again: where that is a link itself, words do not tell where `..` leads."""
    steps = [step for step in target.split(b"/") if step not in {b"", b"."}]
    return b".." in dropwhile(lambda step: step == b"..", steps)


def _targets(plumbing: Plumbing, blobs: Sequence[str]) -> Mapping[str, bytes]:
    """Read the targets of links; those that are too long are left out unread."""
    sized = plumbing.run("cat-file", "--batch-check", stdin=_lines(blobs)).out.split(b"\n")
    sizes = {blob: line.split()[2:] for blob, line in zip(blobs, sized, strict=False)}
    short = [blob for blob, size in sizes.items() if size and int(size[0]) <= _LONGEST]
    answer = BytesIO(plumbing.run("cat-file", "--batch", stdin=_lines(short)).out if short else b"")
    targets: dict[str, bytes] = {}
    for blob in short:
        size = int(answer.readline().split()[2])
        targets[blob] = answer.read(size + 1)[:size]
    return targets


def _astray(plumbing: Plumbing, commit: str, paths: Sequence[str]) -> list[str]:
    """Answer which links lead to nothing in the tree, now that git follows them and all links on their way.

    What is missing now may be made later, as a way out too.
    """
    if not paths:
        return []
    asked = b"".join(os.fsencode(f"{commit}:{path}") + b"\0" for path in paths)
    options = ("--batch-check", "--follow-symlinks", "-z")
    answer = BytesIO(plumbing.run("cat-file", *options, stdin=asked, seconds=LONG).out)
    out = []
    for path in paths:
        word, _, size = answer.readline().partition(b" ")
        if word in _NOWHERE:
            answer.read(int(size) + 1)
            out.append(path)
    return out


def _lines(names: Sequence[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _shown(target: bytes | None) -> str:
    if target is None:
        return f"more than {_LONGEST} bytes"
    text = _told(os.fsdecode(target)) or "nothing"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _told(text: str) -> str:
    return ascii(text)[1:-1]
