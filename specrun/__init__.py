"""specrun: a declarative runner for AI coding agents, and what other programs can ask of it."""

__version__ = "0.1.0"

_CALLS = ("apply", "load", "plan", "results", "status")
_VALUES = ("Decision", "Event", "Failure", "Outcome", "Plan", "Project", "Reason", "Record", "Status", "Task")
_WORDS = ("Options", "Selection")
_ERRORS = (
    "EnvironmentProblem",
    "ExitCode",
    "InvalidSpec",
    "Locked",
    "NoSpec",
    "Problem",
    "Refused",
    "SpecrunError",
    "Stale",
    "UsageProblem",
    "Where",
)
_PLACES = {
    **dict.fromkeys(_CALLS, "specrun.api.calls"),
    **dict.fromkeys(_VALUES, "specrun.api.values"),
    **dict.fromkeys(_WORDS, "specrun.api.asking"),
    **dict.fromkeys(_ERRORS, "specrun.errors"),
}
"""Where each public name is at home; imported only when it is asked for. `__init__.pyi` says the same."""

__all__ = ["__version__", *_PLACES]  # noqa: PLE0604 - texts all


def __getattr__(name: str) -> object:
    """Import what is asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
