"""The scenarios that every CLI is taken through, and the shape of what is expected of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.scenarios.stage import Scene

BUSY = "python3 -c 'import time; time.sleep(60)'"
"""A tool call that would take a minute."""
LEFT = "setsid sh -c 'echo left; sleep 300' > left.log 2>&1 & until [ -s left.log ]; do :; done"
"""A tool call that leaves a process behind, out of its group and session, with `left` in `left.log`."""
ME = "-c user.name=a -c user.email=a@example.invalid"
COMMIT = f"echo hi > made.txt && git add made.txt && git {ME} commit -qm made"

WORD = "All is done."
DONE: Mapping[str, Any] = {"text": WORD}
AGAIN = [{"bash": f"echo {number}"} for number in range(6)]
SLOW: Mapping[str, Any] = {"status": 429, "error": "slow down"}
BROKEN: Mapping[str, Any] = {"status": 500, "error": "oh no"}
NO_MODEL: Mapping[str, Any] = {"status": 404, "error": "no such model", "error_type": "not_found_error"}
ONCE: Mapping[str, Any] = {"status": 400, "error": "broken once", "fail_times": 1, **DONE}
GREETING = ["인사.txt", "안녕하세요\n"]
RESUME: Mapping[str, Any] = {"retry": {"limit": 1, "strategy": "resume", "on": ["error"]}}
PATIENT = {"idle_timeout": "20s"}

SCENES = (
    Scene(name="commit", steps=[{"bash": COMMIT}, DONE]),
    Scene(name="edit", steps=[{"bash": "echo hi > made.txt"}, {"write": ["more.txt", "more\n"]}, DONE]),
    Scene(
        name="denied",
        steps=[{"write": ["made.txt", "x\n"]}, {"text": "I could not."}],
        fields={"permissions": {"mode": "read"}},
    ),
    Scene(name="unauthorized", steps=[{"status": 401, "error": "bad key"}]),
    Scene(name="forbidden", steps=[{"status": 403, "error": "no entry"}]),
    Scene(name="limited-once", steps=[{**SLOW, "fail_times": 1, **DONE}]),
    Scene(name="limited", steps=[SLOW], fields=PATIENT),
    Scene(name="broken", steps=[BROKEN], fields=PATIENT),
    Scene(name="no-model", steps=[NO_MODEL]),
    Scene(name="turns", steps=[*AGAIN, DONE], fields={"max_turns": 2}),
    Scene(name="hang", steps=[{"hang": True}], fields={"timeout": "4s"}),
    Scene(
        name="silent",
        steps=[{"bash": "echo 1"}, {"text": "late", "delay": 60}],
        fields={"idle_timeout": "4s"},
    ),
    Scene(name="cut", steps=[{"text": "This will not come to its end.", "cut": True}], fields=PATIENT),
    Scene(name="left-behind", steps=[{"bash": LEFT}, DONE]),
    Scene(name="resumed", steps=[{"bash": "echo one >> made.txt"}, ONCE], fields=RESUME),
    Scene(name="large", words="x" * 1_000_000, steps=[DONE]),
    Scene(name="dash", words="--help -rf", steps=[DONE]),
    Scene(name="slash", words="/clear", steps=[DONE]),
    Scene(
        name="korean", words="한국어로 답해 주세요.", steps=[{"write": GREETING}, {"text": "완료했습니다."}]
    ),
)
"""What holds for all CLIs; `stopped` (a tool call that a person stops) is played beside them."""

STOPPED = Scene(name="stopped", steps=[{"bash": BUSY}, DONE], fields={"priority": 1})


def scenes(*others: Scene, without: Sequence[str] = ()) -> tuple[Scene, ...]:
    """Answer all scenes but some, with those of one CLI's own in place of the same names or behind."""
    own = {scene.name: scene for scene in others}
    kept = {scene.name: scene for scene in SCENES if scene.name not in without}
    return tuple({**kept, **own}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the record of a scene has to say of its last attempt.

    `reason` is a part of the record's reason, `said` of its summary. `cost` is the exact amount in USD, None
    for unknown; `tokens` are (input, output), None for unknown. `attempts` is how many there are in all,
    `denials` how many the last one has. `files` have to be in the commit that the record names; None says
    that there must be none.
    """

    status: str
    reason: str = ""
    said: str = ""
    code: int | None = 0
    cost: str | None = None
    tokens: tuple[int, int] | None = None
    attempts: int = 1
    denials: int = 0
    files: Mapping[str, str | None] = field(default_factory=dict)
