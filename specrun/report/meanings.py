"""Says in one sentence each what the words of states, actions, reasons and exit codes mean."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.core.change import Action, ReasonCode
from specrun.core.event import EventKind
from specrun.core.world import Status
from specrun.errors import ExitCode
from specrun.report.status import State

EXIT_CODES: Mapping[ExitCode, str] = {
    ExitCode.OK: "All is fine: what was asked for is done, or there was nothing to do.",
    ExitCode.FAILED: "A task failed, errored, was lost or cancelled, or is held because of that.",
    ExitCode.PENDING: "There are changes; only where they are asked for, as with `diff --exit-code`.",
    ExitCode.INVALID: "A spec or template is wrong; every problem is told with file, line and column.",
    ExitCode.WAITING: "A person has to decide before it can go on.",
    ExitCode.BUDGET: "Money or quota is used up.",
    ExitCode.LOCKED: "Another specrun is applying the same spec.",
    ExitCode.STALE: "What was decided no longer fits, such as after another branch was checked out.",
    ExitCode.REFUSED: "Refused as unsafe, or a branch that is needed is in use.",
    ExitCode.ENVIRONMENT: "Something that specrun itself needs is missing, full or unreadable.",
    ExitCode.USAGE: "The command line is wrong; the message says how it is meant.",
    ExitCode.INTERNAL: "A bug in specrun; workers are not affected, and a report is left.",
    ExitCode.TIMEOUT: "The time of `--timeout` is over; workers go on.",
    ExitCode.INTERRUPTED: "Interrupted by Ctrl-C: after one, workers go on, and the next apply adopts them; "
    "a second one within 5 s stops them.",
    ExitCode.TERMINATED: "Told to end by a signal; workers go on, and the next apply adopts them.",
}

STATES: Mapping[State, str] = {
    State.RUNNING: "A worker is at it.",
    State.VERIFYING: "Its agent has ended, and its checks run.",
    State.COLLECTING: "It has ended, and its result is not recorded yet.",
    State.PENDING: "It has work to do that has not begun.",
    State.SUCCEEDED: "Its work is done and proven as far as its checks go.",
    State.FAILED: "Its agent ended badly, or its work was found wanting.",
    State.ERRORED: "It could not be run, and nothing was paid for; the next apply tries again.",
    State.LOST: "Its worker is gone without a word, such as after a reboot.",
    State.CANCELLED: "A person has stopped it.",
    State.BLOCKED: "It cannot go on: the note says what it waits for, and what to do.",
    State.SKIPPED: "Its `when` does not hold, or a task that it depends on was left out.",
    State.DISABLED: "`enabled: false` keeps it from running; what it has left stays.",
    State.FROZEN: "Its last success stands, whatever is edited.",
    State.ACCEPTED: "A person has taken its work as done.",
    State.GONE: "It has left something behind, and no spec declares it any more.",
}

STATUSES: Mapping[Status, str] = {
    Status.SUCCEEDED: "The agent ended well and every check passed.",
    Status.FAILED: "The agent ended badly, or a check or judge said no.",
    Status.ERRORED: "It could not be launched, and nothing was paid for.",
    Status.LOST: "It had started, and is gone without a record of its end.",
    Status.CANCELLED: "A person has stopped it.",
    Status.SKIPPED: "It was left out.",
    Status.ACCEPTED: "A person has taken the work as done.",
}

ACTIONS: Mapping[Action, str] = {
    Action.RUN: "It has never run, and will.",
    Action.RERUN: "It has succeeded, was edited since, and runs again.",
    Action.CASCADE: "It runs again because of what a task that it depends on has left.",
    Action.RETRY: "It has failed and gets another attempt.",
    Action.VERIFY: "Its checks run again on the commit that is there; no agent starts.",
    Action.ADOPT: "It runs already, and is taken over as it is.",
    Action.STOP: "Its worker is ended, for its task was edited, is gone, or is to be stopped.",
    Action.PRUNE: "No spec declares it any more; its record goes where `removed` says so, or by `prune`.",
    Action.MOVE: "It has another name now; record and branch go with it, and nothing runs again.",
    Action.DEFERRED: "What the tasks that it depends on leave decides whether it runs.",
    Action.HOLD: "It needs work and may not do it; the reason says what would let it.",
    Action.REUSE: "It is up to date.",
}

REASONS: Mapping[ReasonCode, str] = {
    ReasonCode.NEW: "It has never run.",
    ReasonCode.PROMPT_CHANGED: "Its rendered prompt is another one.",
    ReasonCode.TEMPLATE_CHANGED: "A template of its prompt was edited.",
    ReasonCode.VAR_CHANGED: "A variable that its prompt uses has another value.",
    ReasonCode.READS_CHANGED: "Files that it names under `reads` have changed.",
    ReasonCode.INPUT_CHANGED: "A value under `with` has changed.",
    ReasonCode.ENV_CHANGED: "Its environment variables have changed.",
    ReasonCode.AGENT_CHANGED: "Another agent is to do it.",
    ReasonCode.WORKSPACE_CHANGED: "It is to work elsewhere: in a clone, or in the repo itself.",
    ReasonCode.EDGES_CHANGED: "It depends on other tasks, or they hand on something else.",
    ReasonCode.RERUN_TOKEN: "Its `rerun` has another value.",
    ReasonCode.OUTPUTS_CONTRACT_CHANGED: "Its `outputs` ask for something else.",
    ReasonCode.SCOPE_CHANGED: "Its `touches` name other files.",
    ReasonCode.JUDGE_CHANGED: "The words of its `judge` have changed.",
    ReasonCode.CHECKS_CHANGED: "Its checks, or what they protect, have changed.",
    ReasonCode.CHECKS_UNANSWERED: "Some checks could not be heard, through no fault of the work.",
    ReasonCode.REWORK: "A judge has sent it back.",
    ReasonCode.UPSTREAM_OUTPUT_CHANGED: "A task that it depends on has left something else.",
    ReasonCode.UPSTREAM_PENDING: "It waits for a task that it depends on.",
    ReasonCode.UPSTREAM_FAILED: "A task that it depends on has not ended as it needs it.",
    ReasonCode.FAILED_THEN_EDITED: "It had failed and was edited since, so it gets fresh attempts.",
    ReasonCode.FAILED_UNCHANGED: "It has failed and nobody has edited it: edit it, or `specrun retry` it.",
    ReasonCode.SETTING_CHANGED: "A setting such as its model or its timeout was edited.",
    ReasonCode.RETRY_REQUESTED: "A person has asked for another round of attempts.",
    ReasonCode.REQUESTED_REPLACE: "A person has asked to run it once more (`--replace`).",
    ReasonCode.RETRY_LEFT: "Its `retry` allows another attempt.",
    ReasonCode.RETRY_DELAY: "It waits as its `retry` says before the next attempt.",
    ReasonCode.ERRORED: "It could not be run.",
    ReasonCode.CANCELLED: "A person has stopped it: edit it, or `specrun retry` it.",
    ReasonCode.RESULT_MISSING: "The commit that a record names is nowhere in this repository.",
    ReasonCode.RESULT_EDITED: "Its record was changed by somebody else than specrun.",
    ReasonCode.INCOMPLETE: "Its attempt has ended and is not recorded yet.",
    ReasonCode.RUNNING: "A worker is at it.",
    ReasonCode.PROVING: "Its checks run.",
    ReasonCode.ORPHANED: "No spec declares it any more.",
    ReasonCode.RENAMED: "It has another name now.",
    ReasonCode.FROZEN: "It is frozen.",
    ReasonCode.DISABLED: "`enabled` is false.",
    ReasonCode.OUTDATED_WHILE_RUNNING: "It was edited while its worker was at it.",
    ReasonCode.STOP_REQUESTED: "It is being stopped.",
    ReasonCode.MAX_WORKERS: "As many workers as allowed are at work.",
    ReasonCode.BUDGET_WAIT: "There is no money left for it.",
    ReasonCode.TEMPLATE_ERROR: "Its prompt cannot be rendered.",
    ReasonCode.SKIPPED: "Its `when` does not hold, or a task that it depends on was left out.",
    ReasonCode.STALE: "It has succeeded, and a task that it depends on no longer has.",
    ReasonCode.NOT_SELECTED: "The selectors on the command line leave it out.",
    ReasonCode.UNREADABLE: "Files of its attempt cannot be read: a person has to look.",
    ReasonCode.BRANCH_IN_USE: "Its branch is checked out somewhere, so its result cannot be put there.",
}

EVENTS: Mapping[EventKind, str] = {
    EventKind.STARTED: "An attempt was ordered.",
    EventKind.RELAUNCHED: "An attempt that had not started was launched again.",
    EventKind.ADOPTED: "A worker that ran already was taken over.",
    EventKind.CHECKING: "A check of finished work began.",
    EventKind.STOPPING: "A worker was told to end.",
    EventKind.ENDED: "An attempt has ended and is recorded.",
    EventKind.CUT_OFF: "A task was reused, for what it uses has not changed after all.",
    EventKind.RENAMED: "What a task has left got its new name.",
    EventKind.FORGOTTEN: "The record of a task was taken away.",
    EventKind.FROZEN: "A person has frozen a task.",
    EventKind.UNFROZEN: "A person has let a frozen task go.",
    EventKind.TICKED: "Boxes of finished tasks were ticked in the list that the spec names.",
    EventKind.NOT_TICKED: "A box of a finished task could not be ticked, or is not there.",
}
