from specrun.api.asking import Options, Selection
from specrun.api.calls import apply, load, plan, results, status
from specrun.api.values import Decision, Event, Failure, Outcome, Plan, Project, Reason, Record, Status, Task
from specrun.errors import (
    EnvironmentProblem,
    ExitCode,
    InvalidSpec,
    Locked,
    NoSpec,
    Problem,
    Refused,
    SpecrunError,
    Stale,
    UsageProblem,
    Where,
)

__all__ = [
    "Decision",
    "EnvironmentProblem",
    "Event",
    "ExitCode",
    "Failure",
    "InvalidSpec",
    "Locked",
    "NoSpec",
    "Options",
    "Outcome",
    "Plan",
    "Problem",
    "Project",
    "Reason",
    "Record",
    "Refused",
    "Selection",
    "SpecrunError",
    "Stale",
    "Status",
    "Task",
    "UsageProblem",
    "Where",
    "__version__",
    "apply",
    "load",
    "plan",
    "results",
    "status",
]

__version__: str
