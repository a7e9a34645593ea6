"""Runs one attempt at most once, whoever starts it and however often, and leaves its result in files."""

from __future__ import annotations

import os
import time

from specrun.shim import light, record
from specrun.shim.attempt import Attempt
from specrun.shim.light import signal
from specrun.system import locks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

RAN, FAILED, USAGE, BROKEN, LATE = 0, 1, 64, 70, 75
_PATIENCE = 2.0


def main(arguments: Sequence[str]) -> None:
    """Run the attempt and exit: 0 the program succeeded, 1 it did not, 75 another shim or fence was quicker.

    64 means bad usage and 70 that the shim itself failed; `shim.log` says why.
    """
    if len(arguments) != 1:
        os.write(2, b"usage: python -I -S path/to/shim DIRECTORY\n")
        os._exit(USAGE)
    directory = os.path.abspath(arguments[0])
    try:
        code = _run(directory)
    except BaseException:  # noqa: BLE001 - whatever it was, somebody has to be able to read about it
        record.last_words(directory)
        code = BROKEN
    os._exit(code)  # skips the interpreter's tidying up, which takes a millisecond and tidies nothing


def _run(directory: str) -> int:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the terminal may go, the attempt goes on
    os.chdir("/")
    lock = _lock(directory)
    if lock is None:
        return LATE
    with lock:
        order = _bytes(f"{directory}/intent.json")
        intent = light.loads(order)
        secrets = _secrets(f"{directory}/secrets.json") if intent.get("secrets") else {}
        attempt = Attempt(directory, intent, secrets, lock)
        began, key = time.time(), record.new_key()
        if not record.take_token(directory, began, key):
            _remove_secrets(directory)
            return LATE
        _remove_secrets(directory)
        # The digest tells later whether the order is still the one that was carried out.
        result = {"started_at": began, **attempt.run(), "key": key, "order": light.digest(order)}
        record.insist(lambda: record.write_result(directory, result, intent["done"]), directory)
    attempt.farewell()
    return RAN if (result["cause"], result["exit_code"]) == ("exited", 0) else FAILED


def _lock(directory: str) -> locks.Lock | None:
    """Take the lock; a probe that has it for a moment (without OFD locks) is waited out."""
    until = time.monotonic() + _PATIENCE
    while True:
        lock = locks.acquire(f"{directory}/lock")
        if lock or os.path.exists(f"{directory}/start.json") or time.monotonic() > until:
            return lock
        time.sleep(0.01)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _secrets(path: str) -> dict[str, str]:
    try:
        return light.loads(_bytes(path))
    except FileNotFoundError:  # an earlier shim took it with the token
        return {}


def _remove_secrets(directory: str) -> None:
    try:
        os.unlink(f"{directory}/secrets.json")
    except FileNotFoundError:
        pass
