"""Finds processes again without mistaking a reused pid for them, and ends whole trees."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # `typing` and `signal` are slow to import, and the shim pays for it at every start
if TYPE_CHECKING:
    from collections.abc import Callable

MARKER = "SPECRUN_MARKER"
"""The environment variable by which every descendant of an attempt is found."""

PROC = os.path.exists("/proc/self/stat")
"""Whether the kernel shows processes as files; else ps(1) is asked."""

_LISTS_CHILDREN = os.path.exists("/proc/thread-self/children")
_STUCK = 5.0
_GLANCES = 200
_BARE = 5
_PF_KTHREAD = 0x00200000  # include/linux/sched.h


class Identity:
    """A process for all time: its pid, when it started (ticks; seconds off Linux), and in which boot."""

    __slots__ = ("boot_id", "pid", "start_ticks")

    def __init__(self, pid: int, start_ticks: int, boot_id: str) -> None:
        self.pid = pid
        self.start_ticks = start_ticks
        self.boot_id = boot_id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Identity{self._key()}"

    def _key(self) -> tuple[int, int, str]:
        return (self.pid, self.start_ticks, self.boot_id)


def boot_id() -> str:
    """Answer what tells this boot from others, empty when unknown."""
    if not PROC:
        from specrun.system import ps

        return ps.boot()
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return ""


def identify(pid: int) -> Identity | None:
    """Answer who has this pid now; None for nobody and for a zombie."""
    started = _started(pid)
    return None if started is None else Identity(pid, started, boot_id())


def alive(identity: Identity) -> bool:
    """Whether exactly this process still runs; a zombie does not."""
    return identify(identity.pid) == identity


def signal_shim(identity: Identity, number: int) -> bool:
    """Send a signal to exactly this process; False when it is gone or not ours."""
    return _send([identity.pid], number, lambda: [identity.pid] if alive(identity) else []) == 1


def descendants(pid: int) -> list[int] | None:
    """Answer the pids of the whole tree below a process, None where the kernel does not list children."""
    if not _LISTS_CHILDREN:
        return None
    found: list[int] = []
    waiting = [pid]
    while waiting:
        new = _children(waiting.pop())
        found += new
        waiting += new
    return found


def marked(marker: str, variable: str = MARKER) -> list[int]:
    """Answer the pids of all living processes of this user that carry the marker, this one left out."""
    sign = f"{variable}={marker}"
    me = os.getpid()
    if not PROC:
        from specrun.system import ps

        return [pid for pid, text in ps.environments().items() if pid != me and f" {sign} " in f" {text} "]
    pids = map(int, filter(str.isdecimal, os.listdir("/proc")))
    return [pid for pid in pids if pid != me and _carries(pid, sign)]


class Ending:
    """Ends a changing group of processes: each gets SIGTERM once, after `grace` seconds SIGKILL.

    `members` answers the pids of the group at any time; nothing outside of it is ever signalled.
    """

    def __init__(self, members: Callable[[], list[int]], grace: float) -> None:
        self._members = members
        self._told: set[int] = set()
        self._soft = time.monotonic() + grace

    def step(self) -> list[int]:
        """Do what is due now and answer who was left before it."""
        import signal

        left = self._members()
        if time.monotonic() >= self._soft:
            _send(left, signal.SIGKILL, self._members)
        elif new := [pid for pid in left if pid not in self._told]:
            self._told.update(new)
            _send(new, signal.SIGTERM, self._members)
            _send(new, signal.SIGCONT, self._members)
        return left

    @property
    def hopeless(self) -> bool:
        """Whether SIGKILL has not helped for 5 s: a hung file system, or another user's process."""
        return time.monotonic() >= self._soft + _STUCK


def end_marked(marker: str, grace: float, variable: str = MARKER) -> list[int]:
    """End every process that carries the marker; answers the pids that even SIGKILL does not end."""
    ending = Ending(lambda: marked(marker, variable), grace)
    pause = 0.002
    while left := ending.step():
        if ending.hopeless:
            return left
        time.sleep(pause)
        pause = min(pause * 2, 0.1)
    return []


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += [int(word) for word in file.read().split()]
    except OSError:  # the process or one of its threads has just ended: its children are somebody else's now
        pass
    return found


def _started(pid: int) -> int | None:
    if not PROC:
        from specrun.system import ps

        return ps.started(pid)
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
    except OSError:
        return None
    return None if fields[0] in {b"Z", b"X"} else int(fields[19])


def _carries(pid: int, sign: str) -> bool:
    try:
        return f"\0{sign}\0".encode() in b"\0" + _environment(pid) + b"\0"
    except OSError:  # gone, or another user's
        return False


def _environment(pid: int) -> bytes:
    """Answer what a process shows, waiting for one that changes programs.

    In the midst of execve(2) it shows neither environment nor words, and is not gone. It may have come out of
    it between two looks, so only who is seen several times with words and no environment has none.
    """
    shown, bare = _read(pid, "environ"), 0
    for _ in range(_GLANCES):
        if shown or bare == _BARE or _never_shows(pid):
            break
        bare += bool(_read(pid, "cmdline"))
        time.sleep(0.001)
        shown = _read(pid, "environ")
    return shown


def _never_shows(pid: int) -> bool:
    """Whether it is a zombie or one of the kernel's own threads."""
    fields = _read(pid, "stat").rpartition(b") ")[2].split()
    return fields[0] in {b"Z", b"X"} or bool(int(fields[6]) & _PF_KTHREAD)


def _read(pid: int, name: str) -> bytes:
    with open(f"/proc/{pid}/{name}", "rb") as file:
        return file.read()


def _send(pids: list[int], number: int, members: Callable[[], list[int]]) -> int:
    """Signal those who still belong once their pids can no longer change hands; answers how many.

    A pidfd stays with its process, so looking at `members` after opening leaves no gap.
    """
    handles = {pid: _handle(pid) for pid in pids}
    try:
        sure = set(members())
        return sum(_deliver(pid, handle, number) for pid, handle in handles.items() if pid in sure)
    finally:
        for handle in handles.values():
            if handle >= 0:
                os.close(handle)


def _handle(pid: int) -> int:
    try:
        return os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
    except OSError:
        return -1


def _deliver(pid: int, handle: int, number: int) -> bool:
    import signal

    try:
        if handle >= 0:
            signal.pidfd_send_signal(handle, number)
        else:
            os.kill(pid, number)
    except OSError:  # gone, or another user's
        return False
    return True
