"""Starts shims in windows of a private tmux server, one session per spec, for people to look at."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from specrun.core.task import split_id
from specrun.errors import EnvironmentProblem
from specrun.executors.shim_argv import plain_environment, shim_argv
from specrun.ports import AttemptKey
from specrun.system import files
from specrun.system.processes import end_marked

if TYPE_CHECKING:
    from libtmux.common import tmux_cmd

TIMEOUT = 5.0
_TRIES = 3
_CALL = "SPECRUN_TMUX_CALL"
_TELL = ("-P", "-F", "#{window_id}")
# What tmux says of an ended pane would push what was said there out of sight, so the list of windows says it.
_CONF = f"""\
# The private tmux server of specrun: a view on workers, never the truth about them.
set-environment -gu {_CALL}
set -g default-terminal screen-256color
set -g remain-on-exit failed
set -gq remain-on-exit-format ""
set -g destroy-unattached off
set -g update-environment ""
set -g history-limit 5000
set -g allow-rename off
set -g automatic-rename off
set -g set-titles off
set -s set-clipboard off
set -g status-interval 1
set -g status-left "[#S] "
set -g status-left-length 40
set -g status-right "#{{prefix}} d leaves "
set -g window-status-format "#I:#W#{{?pane_dead, ended,}}"
set -g window-status-current-format "#I:#W#{{?pane_dead, ended,}}*"
"""


class TmuxExecutor:
    """Shims in windows. Everything is asked of the server by name each time; losing it loses only the view.

    `socket_name` (letters, digits, `-`, `_`) names the server; `state` is a folder for its configuration;
    `timeout` is how long one answer may take, in seconds.
    """

    name = "tmux"

    def __init__(self, socket_name: str, state: Path, timeout: float = TIMEOUT) -> None:
        self._socket_name = socket_name
        self._conf = state / "tmux.conf"
        self._timeout = timeout
        self._configured = False

    def available(self) -> str:
        """Answer why tmux cannot be used here, nothing when it can."""
        return "" if shutil.which("tmux") else "tmux is not installed"

    def start(self, key: AttemptKey, directory: Path) -> None:
        """Open a window with a shim in it, and with it the session or the server where there is none.

        It takes no keys: nobody reads them, and the Ctrl-C of somebody who only wants to leave would end the
        worker.
        """
        self._configure()
        session, window = _names(key)
        shim = ("--", *shim_argv(directory))
        there = f"#{{S:#{{?#{{==:#{{session_name}},{session}}},1,}}}}"
        opened = _line("new-window", *_TELL, "-d", "-t", f"={session}:", "-n", window, *shim)
        begun = _line(
            "new-session", *_TELL, "-d", "-x", "160", "-y", "48", "-s", session, "-n", window, *shim
        )
        deaf = _line("select-pane", "-d", "-t", f"={session}:={window}")
        opened, begun = f"{opened} ; {deaf}", f"{begun} ; {deaf}"
        for _ in range(_TRIES):  # a server whose last window has just closed may end under our hands
            done = self._ask("start-server", ";", "if-shell", "-F", there, opened, begun)
            if any(line.startswith("@") for line in done.stdout):  # tmux may fail with code 0
                return
        raise EnvironmentProblem(
            f"tmux opens no window for {key.task_id}: {' '.join(done.stderr) or 'it does not say why'}",
            "look at `tmux -V`, or set `executor: process`",
        )

    def release(self, key: AttemptKey, *, keep: bool) -> None:
        """Have tmux notice the end: the window of a success closes itself, a failed one stays until `sweep`.

        tmux loses the news of an end that comes while it books a login with utempter, and would never close
        that window; the signal that it has missed makes it look.
        """
        del key, keep
        server = _listener(_socket(self._socket_name))
        if server:
            os.kill(server, signal.SIGCHLD)

    def sweep(self, spec: str) -> None:
        """Close the windows of a spec in which nothing runs any more; the server ends with its last window.

        Without a server this does nothing, so it needs no tmux.
        """
        if not _socket(self._socket_name).is_socket() or self.available():
            return
        listed = self._ask("list-windows", "-t", f"={_token(spec)}", "-F", "#{pane_dead} #{window_id}")
        for window in (line.partition(" ")[2] for line in listed.stdout if line.startswith("1 ")):
            self._ask("kill-window", "-t", window)

    def showing(self, keys: Iterable[AttemptKey]) -> tuple[AttemptKey, ...]:
        """Answer which of these have a window now, ended or not; none where there is no server or no tmux."""
        if not _socket(self._socket_name).is_socket() or self.available():
            return ()
        listed = set(self._ask("list-windows", "-a", "-F", "#{session_name}:#{window_name}").stdout)
        return tuple(key for key in keys if ":".join(_names(key)) in listed)

    def prefix(self) -> str:
        """Answer the key that commands to this server begin with, as a person has to press it from here.

        Inside another tmux with the same one, that is twice, for the outer one takes the first.
        """
        own = "".join(self._ask("show-options", "-gv", "prefix").stdout) or "C-b"
        return f"{own} {own}" if own == _outer_prefix(self._timeout) else own

    def attach_argv(self, spec: str, key: AttemptKey | None = None) -> list[str]:
        """Answer the command that shows a spec, or one attempt of it, to a person."""
        target = f"={_token(spec)}:" + (f"={_names(key)[1]}" if key else "")
        server = ("env", "-u", "TMUX", "tmux", "-u", "-L", self._socket_name)
        return [*server, "attach-session", "-t", target]

    def _configure(self) -> None:
        if self._configured:
            return
        try:
            self._conf.parent.mkdir(parents=True, exist_ok=True)
            files.replace_if_changed(self._conf, _CONF.encode())
        except OSError as error:
            what = f"{self._conf} cannot be written: {error.strerror}"
            raise EnvironmentProblem(what, "make room, or mend the rights of the folder") from error
        self._configured = True

    def _ask(self, *words: str) -> tmux_cmd:
        """Run tmux commands through libtmux, in a clean environment and within the time-out.

        Raises EnvironmentProblem when tmux is missing or does not answer.
        """
        import libtmux

        env, tmux = shutil.which("env"), shutil.which("tmux")
        if not env or not tmux:
            raise EnvironmentProblem("tmux is not installed", "install tmux, or set `executor: process`")
        marker = secrets.token_hex(8)
        variables = [f"{name}={value}" for name, value in (plain_environment() | {_CALL: marker}).items()]
        server = libtmux.Server(tmux_bin=env)
        argv = [*variables, tmux, "-u", "-f", str(self._conf), "-L", self._socket_name, *words]
        answers: list[tmux_cmd] = []
        # libtmux waits for ever on a server that is stopped, so the waiting is left to a thread.
        asking = threading.Thread(target=lambda: answers.append(server.cmd("-i", *argv)), daemon=True)
        asking.start()
        asking.join(self._timeout)
        if asking.is_alive():
            end_marked(marker, 0.0, _CALL)
            asking.join(self._timeout)
            raise EnvironmentProblem(
                f"the tmux server `{self._socket_name}` does not answer within {self._timeout:g} s",
                f"if it is stopped, continue it, or end it: `tmux -L {self._socket_name} kill-server`"
                " (running workers go on without it)",
            )
        return answers[0]


def _outer_prefix(timeout: float) -> str:
    """Answer the prefix of the tmux that this terminal belongs to, "" where it is none or does not say."""
    if not os.environ.get("TMUX"):
        return ""
    asked = ["tmux", "show-options", "-Av", "prefix"]
    try:
        return subprocess.run(
            asked, check=False, capture_output=True, text=True, timeout=timeout
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _socket(name: str) -> Path:
    return Path(os.environ.get("TMUX_TMPDIR") or "/tmp", f"tmux-{os.getuid()}", name)  # noqa: S108 - tmux's own choice


def _listener(path: Path) -> int:
    """Answer the pid of the process that listens at a socket, 0 where there is none or nobody says."""
    if not hasattr(socket, "SO_PEERCRED"):
        return 0
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(0)
        try:
            client.connect(str(path))
        except OSError:
            return 0
        return int.from_bytes(client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 4), sys.byteorder)


def _names(key: AttemptKey) -> tuple[str, str]:
    """Answer the names of session and window; those of checks end in `-c` and their run."""
    spec, task = split_id(key.task_id)
    check = f"-c{key.check}" if key.check else ""
    return _token(spec), f"{_token(task)}--{key.number}{check}"


def _token(name: str) -> str:
    """Answer a name that means nothing else to tmux, different ones for different names."""
    token = re.sub(r"[^A-Za-z0-9_-]", "_", name)
    return token if token == name else f"{token}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _line(*words: str) -> str:
    """Answer words as one command for tmux's own parser, which knows single quotes as sh does."""
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
