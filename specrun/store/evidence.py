"""Reads what an attempt left, or a run of a check: how it ended, and the copies of its results."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from specrun.core.task import Json
from specrun.errors import EnvironmentProblem
from specrun.ports import Evidence
from specrun.store.documents import Document, contents, parse
from specrun.store.logs import log_path
from specrun.store.metering import metered, replayed
from specrun.store.papers import Papers
from specrun.store.printable import one_line, tail
from specrun.store.tokens import Exit, Start
from specrun.system import processes

STRAY_GRACE = 2.0
"""Seconds that processes of a dead shim get between SIGTERM and SIGKILL."""

FORGED = "its exit record is forged"

_OUTPUT = 1024 * 1024  # a copy without secrets is written anew, with more spaces
_VERDICT = 4 * 1024
_CHUNK = 1 << 20


def ended(papers: Papers, end: Exit) -> Evidence:
    """Answer the evidence of an attempt with an exit record."""
    error = end.error
    if end.cause == "stopped" and not error:
        error = _asked(papers)
    output, wrong = _output(papers.directory / "output.json")
    verdict, odd = _verdict(papers.directory / "verdict")
    return Evidence(
        cause=end.cause,
        exit_code=end.exit_code,
        error=one_line(error),
        started_at=end.started_at,
        ended_at=end.ended_at,
        # Not the last words of other shims that could not even start: this one did.
        tail=_shown(log_path(papers.directory)),
        output=output,
        output_error=one_line(end.output_error or wrong),
        metered=None if end.meter is None else metered(end.meter),
        verdict=verdict,
        verdict_error=one_line(end.verdict_error or odd),
    )


def fenced(papers: Papers, start: Start) -> Evidence:
    """Answer the evidence of an attempt that was never to start."""
    return Evidence(
        cause="fenced",
        exit_code=None,
        error=start.reason,
        started_at=None,
        ended_at=_changed(start.document.path),
        tail=last_words(papers.directory),
    )


def lost(papers: Papers) -> Evidence:
    """Answer the evidence of an attempt whose shim is gone, once all of its processes are too.

    Raises EnvironmentProblem.
    """
    order, log = papers.order(), papers.directory / "output.log"
    left = processes.end_marked(order.text("marker"), STRAY_GRACE)
    if order.texts("secrets"):
        shutil.rmtree(log.with_name("inbox"), ignore_errors=True)  # nobody took it in and took them out
    wrong = [f"processes that cannot be ended are left: {left}"] if left else []
    wrong += [FORGED] if papers.has_exit() else []
    began = papers.start.started_at if papers.start else None
    return Evidence(
        cause="lost",
        exit_code=None,
        error="; ".join(wrong),
        started_at=began,
        # The last sign of life; the same at every look.
        ended_at=max(began or 0.0, _changed(log)),
        tail=last_words(papers.directory),
        metered=replayed(order, papers.directory) if log.is_file() else None,
    )


def last_words(directory: Path) -> str:
    """Answer the end of what people read of an attempt, or the shim's last words where it has no log."""
    return _shown(log_path(directory)) or _shown(directory / "shim.log")


def of_check(told: Evidence, papers: Papers) -> Evidence:
    """Answer the evidence of a run of a check: nobody has asked it for results, and its log is proof.

    Raises EnvironmentProblem.
    """
    digest = _digest(papers.directory / "output.log", papers.order().part("limits").whole("log_bytes"))
    return replace(told, digest=digest, output=None, output_error="", verdict=None, verdict_error="")


def _digest(log: Path, left: int) -> str:
    """Answer the hex SHA-256 of a log, of `left` bytes of it at most: no shim writes more."""
    digest = hashlib.sha256()
    if log.is_file():
        with log.open("rb") as file:
            while part := file.read(min(left, _CHUNK)):
                digest.update(part)
                left -= len(part)
    return digest.hexdigest()


def _shown(log: Path) -> str:
    """Answer the end of a log; what is not a file is none, and nobody waits for what comes out of it."""
    return tail(log) if log.is_file() else ""


def _asked(papers: Papers) -> str:
    """Say why it was to stop; a request that cannot be read was one all the same."""
    with suppress(EnvironmentProblem):
        return Document(papers.directory / "stop.json", papers.fix).text("reason")
    return ""


def _output(path: Path) -> tuple[Json, str]:
    try:
        return parse(contents(path, _OUTPUT)), ""
    except FileNotFoundError:
        return None, ""
    except OSError as exc:
        return None, f"SPECRUN_OUTPUT cannot be read: {exc.strerror}"
    except ValueError as exc:
        return None, f"SPECRUN_OUTPUT is not JSON: {one_line(str(exc))}"


def _verdict(path: Path) -> tuple[str | None, str]:
    """Answer what was left as a verdict, just as it is."""
    try:
        return contents(path, _VERDICT).decode(), ""
    except FileNotFoundError:
        return None, ""
    except OSError as exc:
        return None, f"SPECRUN_VERDICT cannot be read: {exc.strerror}"
    except UnicodeDecodeError:
        return None, "SPECRUN_VERDICT is not UTF-8 text"


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
