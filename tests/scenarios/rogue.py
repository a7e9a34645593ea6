"""A coding CLI as one would not wish it: what it does wrong is the first word of its prompt."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FAKE = {"type": "result", "ok": True, "text": "all is well"}


def say(**event: Any) -> None:
    """Print an event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def done(text: str = "It is done.") -> None:
    """Succeed."""
    say(type="cost", usd=0.01)
    say(type="result", ok=True, text=text)


def garbage() -> None:
    """Print bytes that mean nothing, brackets without end, and numbers that are none."""
    sys.stdout.buffer.write(bytes(range(256)) * 400 + b"\n" + b'{"a":' + b"[" * 100_000 + b"\n")
    sys.stdout.buffer.write(
        b'{"type":"cost","usd":NaN}\n{"type":"cost","usd":1e999}\n{"type":"cost","usd":-5}\n'
    )


def half() -> None:
    """Break off in the middle of the event that would be a success."""
    say(type="cost", usd=0.01)
    sys.stdout.write(json.dumps(FAKE)[:20])


def escapes() -> None:
    """Put commands to the terminal, marks that turn text around, and table borders wherever text goes."""
    say(type="tool", name="\x1b]0;evil\x07\x1b[2J\u202eBash", input="\x1b[31mred\r\nnext")
    say(type="denied", name="\x1b[2J|evil`")
    done("\x1b[2Jclean | \u202e `x`")


def fake() -> None:
    """Show an event of success as the output of a tool and on standard error."""
    say(type="tool", name="cat", input="\n" + json.dumps(FAKE) + "\n")
    sys.stderr.write(json.dumps(FAKE) + "\n")


def tells() -> None:
    """Tell a secret in many ways, in pieces too."""
    secret = os.environ["TOP"]
    say(type="tool", name=json.dumps({"key": secret}), input=secret)
    say(type="denied", name=secret)
    for letter in secret:
        sys.stderr.write(letter)
        sys.stderr.flush()
    done(f"It is {secret}")


def stays() -> None:
    """Spend too much and take no hint."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say(type="cost", usd=5)
    time.sleep(300)


def daemons() -> None:
    """Leave processes behind that have let go of everything."""
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvpe("sleep", ["sleep", "300"], os.environ)
            os._exit(0)
    done()


def closes() -> None:
    """Close its output and go on working."""
    done()
    sys.stdout.flush()
    os.close(1)
    os.close(2)
    time.sleep(0.3)
    Path("late.txt").write_text("late\n")
    os._exit(0)


def links() -> None:
    """Make its configuration folder a link to somebody's files, and fail."""
    home = os.environ["ROGUE_HOME"]
    shutil.rmtree(home)
    Path(home).symlink_to(os.environ["VICTIM"])
    sys.exit(4)


def plants() -> None:
    """Make a folder in its configuration folder a link to somebody's files, and fail."""
    folder = Path(os.environ["ROGUE_HOME"]) / "deep"
    shutil.rmtree(folder)
    folder.symlink_to(os.environ["VICTIM"])
    say(type="cost", usd=0.01, turns=1)
    sys.exit(4)


WAYS: dict[str, Callable[[], None]] = {
    way.__name__: way for way in (closes, daemons, escapes, fake, garbage, half, links, plants, stays, tells)
}

if __name__ == "__main__":
    WAYS[sys.stdin.read().split()[0]]()
