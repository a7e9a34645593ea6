"""Puts a shell on a real terminal of a given size, types into it, and reads what a person would see."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from tests.poll import until

SOURCE = Path(__file__).parents[2]
PROMPT = "$ "


class Display:
    """A pane of a private tmux server with a shell in it; ends with the context.

    `socket` names the server (the fixture `tmux_socket` answers one), `folder` is where the shell stands.
    Names in `env` are changed for the shell, those that are None taken away. In the shell `specrun` is the
    program of this repo, and nothing tells that the terminal is one of tmux.

        with Display(tmux_socket, repo, columns=80, rows=24) as display:
            display.run("specrun apply --yes")
            display.shows("1 running")
            display.keys("C-c")
            display.prompt()
            assert "interrupted" in display.screen()
    """

    def __init__(
        self,
        socket: str,
        folder: Path,
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str | None] | None = None,
    ) -> None:
        self._socket = socket
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        changed = {"PATH": programs, "PYTHONPATH": str(SOURCE), "ENV": None, "TERM": None}
        changed |= {"CI": None, "NO_COLOR": None, "FORCE_COLOR": None, "COLUMNS": None, "LINES": None}
        changed |= env or {}
        self._env = {name: value for name, value in os.environ.items() if name not in changed}
        self._env |= {name: value for name, value in changed.items() if value is not None}
        size = ("-x", str(columns), "-y", str(rows))
        shell = shlex.join(["env", "-u", "TMUX", "-u", "TMUX_PANE", "sh", "-i"])
        self._tmux("new-session", "-d", *size, "-c", str(folder), shell)
        self._tmux("set-option", "-g", "status", "off")
        self.resize(columns, rows)
        # Shells of root have another prompt, whatever the environment says.
        self.run(f"PS1='{PROMPT}'; printf '\\033[H\\033[2J\\033[3J'")
        self.waits(lambda screen: screen == PROMPT.rstrip())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server")

    def run(self, line: str) -> None:
        """Type a line and press Enter."""
        self.type(line)
        # The next prompt differs from this one only once something stands behind this one.
        self.waits(lambda screen: screen.rpartition("\n")[2] != PROMPT.rstrip())
        self.keys("Enter")

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", text)

    def keys(self, *names: str) -> None:
        """Press keys by their names in tmux: `q`, `C-c`, `C-z`, `Enter`, `Up`."""
        self._tmux("send-keys", *names)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, *, colours: bool = False, joined: bool = False) -> str:
        """Answer what is on the screen now, without blanks at the ends; with its SGR sequences if asked.

        With `joined`, a line that the terminal has wrapped is one.
        """
        return self._captured("-p", *(["-e"] if colours else []), *(["-J"] if joined else []))

    def history(self) -> str:
        """Answer the same with what has left the screen at its top."""
        return self._captured("-p", "-S", "-")

    def cursor(self) -> tuple[int, int, bool]:
        """Answer the column and row of the cursor, counted from 0, and whether it is visible."""
        told = self._tmux("display-message", "-p", "#{cursor_x} #{cursor_y} #{cursor_flag}").split()
        return int(told[0]), int(told[1]), told[2] == "1"

    def shows(self, *texts: str, timeout: float = 20.0) -> str:
        """Wait until all of these texts are on the screen at once; answers that screen."""
        return self.waits(lambda screen: all(text in screen for text in texts), timeout)

    def lacks(self, *texts: str, timeout: float = 20.0) -> str:
        """Wait until none of these texts is on the screen; answers that screen."""
        return self.waits(lambda screen: not any(text in screen for text in texts), timeout)

    def prompt(self, timeout: float = 20.0) -> str:
        """Wait until the shell asks for its next line; answers that screen."""
        return self.waits(lambda screen: screen.rpartition("\n")[2] == PROMPT.rstrip(), timeout)

    def waits(self, condition: Callable[[str], bool], timeout: float = 20.0) -> str:
        """Wait until a condition holds for the screen; a failure shows the last one."""
        last = ""

        def holds() -> bool:
            nonlocal last
            last = self.screen()
            return condition(last)

        try:
            until(holds, timeout)
        except AssertionError:
            raise AssertionError(f"the screen stayed:\n{last}") from None
        return last

    def _captured(self, *options: str) -> str:
        rows = self._tmux("capture-pane", *options).split("\n")
        return "\n".join(row.rstrip() for row in rows).rstrip("\n")

    def _tmux(self, *words: str) -> str:
        argv = ["tmux", "-u", "-L", self._socket, "-f", os.devnull, *words]
        return subprocess.run(argv, env=self._env, check=True, capture_output=True, text=True).stdout
