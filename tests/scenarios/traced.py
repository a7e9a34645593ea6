"""Runs a command under strace and tells what it did to the world: programs, files, locks, connections."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STRACE = shutil.which("strace")
_CALLS = "%process,%file,%network,ftruncate,fallocate,fchmod,fchown,fsetxattr,fremovexattr,flock,fcntl"
_STARTED = re.compile(r"^execve(?:at)?\((.*)\) = 0$")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OPENED = re.compile(r"^open(?:at|at2)?\(.*\) = \d+<(.*)>$")
_FLAGS = re.compile(r"O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)")
_HARMLESS = re.compile(r'"/dev/(?:null|tty)"')
_CHANGES = re.compile(
    r"^(?:creat|mkdir|rmdir|rename|unlink|link|symlink|mknod|truncate|ftruncate|fallocate|l?chown|f?chmod"
    r"|fchown|utime|utimens|utimes|futimesat|[lf]?setxattr|[lf]?removexattr|u?mount2?|chroot)(?:at2?)?\("
)
_LOCKS = re.compile(r"^flock\(.*LOCK_(?:SH|EX)|^fcntl\(.*F_(?:OFD_)?SETLKW?\b")
_NETWORK = re.compile(r"^socket\(AF_INET6?\b|^(?:connect|sendto|bind|listen)\(.*\bAF_INET6?\b")


@dataclass(frozen=True, slots=True)
class Program:
    """One program that was started: its file, its arguments and its environment."""

    path: str
    argv: tuple[str, ...]
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """How a command ended, what it said, and what it did; calls are as strace tells them.

    `changed` are calls that write or would have, whether or not they were let.
    """

    code: int
    said: str
    programs: tuple[Program, ...]
    opened: frozenset[str]
    changed: tuple[str, ...]
    locked: tuple[str, ...]
    connected: tuple[str, ...]


def traced(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Trace:
    """Run a command with all its children to the end, watching what they ask of the kernel."""
    with tempfile.TemporaryDirectory(prefix="specrun-trace-") as folder:
        watch = [STRACE or "strace", "-ff", "-qq", "-v", "-y", "-s", "65536", "-e", f"trace={_CALLS}"]
        done = subprocess.run(
            [*watch, "-o", f"{folder}/of", "--", *argv],
            cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", timeout=100, check=False,
        )  # fmt: skip
        calls = [call for path in sorted(Path(folder).iterdir()) for call in _calls(path)]
    return Trace(
        code=done.returncode,
        said=done.stdout,
        programs=tuple(_programs(calls)),
        opened=frozenset(found[1] for call in calls if (found := _OPENED.match(call))),
        changed=tuple(call for call in calls if _writes(call)),
        locked=tuple(call for call in calls if _LOCKS.match(call)),
        connected=tuple(call for call in calls if _NETWORK.match(call)),
    )


def _calls(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines()


def _writes(call: str) -> bool:
    if _CHANGES.match(call):
        return True
    return call.startswith("open") and bool(_FLAGS.search(call)) and not _HARMLESS.search(call)


def _programs(calls: Sequence[str]) -> Iterator[Program]:
    for call in calls:
        if found := _STARTED.match(call):
            path, argv, env = found[1].split("[", 2)
            pairs = (text.partition("=") for text in _TEXT.findall(env))
            yield Program(
                path=_TEXT.findall(path)[0],
                argv=tuple(_TEXT.findall(argv)),
                env={name: value for name, _, value in pairs},
            )
