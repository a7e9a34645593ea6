"""The rendering child: reads jobs from standard input until it ends and answers each."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

if not __package__:
    sys.path.append(str(Path(__file__).parents[3]))

from specrun.spec.render.frames import receive, send

MEMORY = 512 * 1024 * 1024
SECONDS = 2.0
"""Processor time of one prompt; the kernel ends the child when it is over, whatever it is doing."""


def confine() -> None:
    """Give up what rendering never needs: memory beyond a bound, writing files, core dumps."""
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):
            continue
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Answer jobs until there are no more (EOFError)."""
    from specrun.spec.render.jobs import Jobs

    confine()

    def ask(template: str) -> dict[str, str]:
        send(answers, {"need": template})
        return dict(receive(jobs))

    desk = Jobs(ask)
    while True:
        message: dict[str, Any] = receive(jobs)
        if "values" in message:
            desk.context(message["context"], message["values"])
            continue
        send(answers, {"answers": [timed(desk.answer, job) for job in message["jobs"]]})


def timed(answer: Callable[[Any], dict[str, Any]], job: Any) -> dict[str, Any]:  # noqa: ANN401 - a JSON value
    """Do one job while the clock of processor time runs."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return answer(job)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Take the module path from the first message, then serve."""
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        sys.path[:] = receive(jobs)["path"]
        serve(jobs, answers)
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
