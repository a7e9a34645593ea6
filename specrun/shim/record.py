"""The files that the shim leaves for specrun: start token, result, and the last words of a broken shim."""

from __future__ import annotations

import os
import time

from specrun.shim import light
from specrun.system import files, processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT = 1
_SLOWEST = 2.0


def new_key() -> str:
    """Answer a key that nobody can know before the exit record tells it."""
    return os.urandom(16).hex()


def take_token(directory: str, started_at: float, key: str) -> bool:
    """Create start.json; False when another shim or a fence was quicker. Raises OSError.

    It seals `key`: an exit record without that is not this shim's. Workers could write one, too.
    """
    me = processes.identify(os.getpid())
    token: dict[str, light.Word] = {
        "format": FORMAT,
        "pid": os.getpid(),
        "start_ticks": me.start_ticks if me else 0,
        "boot_id": me.boot_id if me else "",
        "host": os.uname().nodename,
        "started_at": started_at,
        "seal": light.digest(key.encode()),
    }
    return files.create_bytes(f"{directory}/start.json", light.dumps(token))


def write_result(directory: str, result: Mapping[str, light.Word], done: str) -> None:
    """Write exit.json and leave a name in the folder of finished attempts. Raises OSError; then repeat."""
    path = f"{directory}/exit.json"
    files.write_bytes(path, light.dumps({"format": FORMAT, **result}))
    try:
        os.link(path, done)
    except FileNotFoundError:  # nobody to say it to
        return
    except OSError:  # said already, or no links here: the name is what counts
        os.close(os.open(done, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))


def insist(action: Callable[[], None], directory: str) -> None:
    """Repeat what the disk refuses for as long as it takes: a result that waits is better than a lost one.

    Meanwhile the lock is held, so the attempt counts as running. Raises OSError when the directory is gone.
    """
    pause = 0.05
    while True:
        try:
            return action()
        except OSError:
            if not os.path.isdir(directory):
                raise
            time.sleep(pause)
            pause = min(pause * 2, _SLOWEST)


def last_words(directory: str) -> None:
    """Write the exception at hand to `shim.log` and to standard error, as far as that is possible."""
    import traceback

    text = traceback.format_exc()
    for path in (f"{directory}/shim.log", "/dev/stderr"):
        try:
            with open(path, "a") as file:
                file.write(text)
        except OSError:
            continue
