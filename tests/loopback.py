"""Runs a command where loopback is the only network, and watches whether it looks for anything else.

    python -m tests.loopback COMMAND [ARGUMENT...]

ends as the command does; with code 3 if that was 0 but the command asked for a host's name or for an address
beyond loopback. What is watched: every question to a name server (they all lead to one on 127.0.0.1 in the
namespace), and the kernel's count of what had no route. Where namespaces are not to be had, the command runs
plainly, unwatched, and a line says so.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STRAYED = 3
"""The exit code of a command that did well but looked beyond loopback."""

FILES = {
    "/etc/resolv.conf": "nameserver 127.0.0.1\noptions attempts:1 timeout:1\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
"""What the command reads in these places, so that no look-up takes another way than the watched one."""

NAME_CACHE = "/run/nscd"
COUNTS = {"/proc/self/net/snmp": ("Ip:", "OutNoRoutes"), "/proc/self/net/snmp6": ("Ip6OutNoRoutes", "")}
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1
CLEAR_AMBIENT = (47, 4, 0, 0, 0)
"""prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL): programs started from now on get no capability."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command looked for: names, and how often it tried an address without a route."""

    names: tuple[str, ...]
    strays: int

    def __bool__(self) -> bool:
        """Whether it looked beyond loopback at all."""
        return bool(self.names or self.strays)


@dataclass(frozen=True, slots=True)
class Watched:
    """How a command ended (128 and more: by a signal); `seen` is None where it could not be watched."""

    code: int
    output: str
    errors: str
    seen: Seen | None


@cache
def isolating() -> tuple[str, ...]:
    """Answer the words before a command that give it a network and mounts of its own; empty where none do."""
    unshare = shutil.which("unshare")
    if sys.platform != "linux" or unshare is None:
        return ()
    # With a user namespace only where needed, and as oneself where possible: both keep the meaning of owners.
    ways = (["--net", "--mount"], ["--map-current-user", "--keep-caps", "--net", "--mount"])
    for way in (*ways, ["--map-root-user", "--net", "--mount"]):
        words = (unshare, *way)
        if (
            subprocess.run([*words, *_inner(os.devnull), "true"], capture_output=True, check=False).returncode
            == 0
        ):
            return words
    return ()


def run(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], prompt: str = "", timeout: float = 90
) -> Watched:
    """Run a command to its end, on loopback alone where possible.

    Past `timeout` seconds its process group is killed, and TimeoutExpired raised.
    """
    with tempfile.TemporaryDirectory(prefix="specrun-") as folder:
        report = Path(folder) / "seen.json"
        before = [*isolating(), *_inner(str(report))] if isolating() else []
        with subprocess.Popen(
            [*before, *argv],
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                output, errors = process.communicate(prompt, timeout)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        return Watched(code, output, errors, _read(report) if before else None)


def _inner(report: str) -> list[str]:
    return [sys.executable, "-I", "-S", __file__, "--within", report]


def _read(report: Path) -> Seen:
    told = json.loads(report.read_text())
    return Seen(tuple(told["names"]), told["strays"])


class _Names(threading.Thread):
    """A name server that knows no name, and remembers the questions."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))

    def run(self) -> None:
        while True:
            question, sender = self._socket.recvfrom(4096)
            name = _name(question)
            if name is not None:
                self.asked.append(name)
                # The same question back, as an answer: there is no such name.
                self._socket.sendto(
                    question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12:], sender
                )


def _name(question: bytes) -> str | None:
    labels, at = [], 12
    while at < len(question) and (size := question[at]):
        labels.append(question[at + 1 : at + 1 + size].decode(errors="replace"))
        at += 1 + size
    return ".".join(labels) if at < len(question) else None


def _strays() -> int:
    count = 0
    for path, (row, column) in COUNTS.items():
        rows = [line.split() for line in Path(path).read_text().splitlines() if line.startswith(row)]
        count += int(rows[1][rows[0].index(column)]) if column else int(rows[0][1])
    return count


def _settle(folder: str) -> None:
    """Raise the loopback interface and lead all look-ups to it; needs the rights of a new namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = fcntl.ioctl(control, GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        (before,) = struct.unpack("16xh14x", flags)
        fcntl.ioctl(control, SET_FLAGS, struct.pack("16sh14x", b"lo", before | UP))
    for path, text in FILES.items():
        ours = Path(folder) / Path(path).name
        ours.write_text(text)
        # Without a resolv.conf the name server is at 127.0.0.1 anyway.
        if Path(path).exists():
            subprocess.run(["mount", "--bind", ours, path], check=True)
    if Path(NAME_CACHE).is_dir():
        subprocess.run(["mount", "--bind", folder, NAME_CACHE], check=True)


def _call(argv: Sequence[str]) -> int:
    code = subprocess.run(argv, check=False).returncode
    return code if code >= 0 else 128 - code


def within(report: Path, argv: Sequence[str]) -> int:
    """Run a command in the namespace that this process is in, and write down what it looked for."""
    with tempfile.TemporaryDirectory(prefix="specrun-") as folder:
        _settle(folder)
        ctypes.CDLL(None).prctl(*CLEAR_AMBIENT)
        names = _Names()
        names.start()
        code = _call(argv)
        report.write_text(json.dumps({"names": names.asked, "strays": _strays()}))
    return code


def main(argv: list[str]) -> int:
    """Run the command of a person or of make."""
    if argv[0] == "--within":
        return within(Path(argv[1]), argv[2:])
    if not isolating():
        print("loopback: no network namespace here; this runs unwatched", file=sys.stderr)
        return _call(argv)
    with tempfile.TemporaryDirectory(prefix="specrun-") as folder:
        report = Path(folder) / "seen.json"
        code = _call([*isolating(), *_inner(str(report)), *argv])
        seen = _read(report)
    said = f"names asked for: {', '.join(seen.names) or 'none'}; strays: {seen.strays}"
    print(f"loopback: {said}", file=sys.stderr)
    return code or (STRAYED if seen else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
