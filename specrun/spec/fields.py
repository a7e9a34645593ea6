"""The kinds of values that keys may have, and what all parts of a file share."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
)

from specrun.spec.units import DURATION, MONEY, SIZE

ID = r"^[a-z0-9][a-z0-9_-]{0,62}$"
ENV_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,254}$"
MODEL = r"^[^\s-]\S{0,199}$"
RULE = r"^[^\s-].{0,999}$"
WORD = r"^\S(.*\S)?$"
VERDICT = r"^[a-z0-9](?:[a-z0-9_-]{0,62})$"
SCRIPT = r"\S"
PATH = r"^(\^\.)?[^.^|{}]+(\.[^.^|{}]+)*$"
FILE = r"^\.?[A-Za-z0-9_-][A-Za-z0-9._-]*(/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)*$"
REPO_PATH = (
    r"^(?![/\\~])(?!.:)(?!(?:.*[/\\])?\.\.(?:[/\\]|$))(?!(?:.*[/\\])?\.[gG][iI][tT](?:[/\\]|$))"
    r"[^\n]*\S[^\n]*$"
)
"""What can lead to a file of the repo; specrun.spec.find says what is wrong with any other path."""
NONE = "none"
TRY_PATH = "write names joined by dots, such as usage.input"


def told(pattern: str, words: str, *examples: str) -> WithJsonSchema:
    """Answer how a pattern is published: with words and examples beside it, for errors of editors as well."""
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": pattern,
            "patternErrorMessage": f"{words} Write for example {', '.join(examples)}.",
            "minLength": 2,
            "description": words,
            "examples": list(examples),
        }
    )


def usual(value: JsonValue) -> dict[str, JsonValue]:
    """Answer how the value is published that holds where no level says anything."""
    return {"default": value}


Id = Annotated[str, StringConstraints(pattern=ID)]
EnvName = Annotated[str, StringConstraints(pattern=ENV_NAME)]
ModelName = Annotated[str, StringConstraints(pattern=MODEL)]
"""It becomes an argument of its own, so it must not look like an option."""
Rule = Annotated[str, StringConstraints(pattern=RULE)]
Word = Annotated[str, StringConstraints(pattern=WORD)]
Text = Annotated[str, StringConstraints(min_length=1)]
VerdictWord = Annotated[str, StringConstraints(pattern=VERDICT)]
Script = Annotated[str, StringConstraints(pattern=SCRIPT)]
"""It says something: what is empty would prove everything."""
Duration = Annotated[
    str,
    StringConstraints(pattern=DURATION, min_length=2),
    told(DURATION, "A duration with its unit.", "90s", "20m", "1h30m"),
]
DurationOrNone = Annotated[
    str,
    StringConstraints(pattern=f"^{NONE}$|{DURATION}", min_length=2),
    told(f"^{NONE}$|{DURATION}", "A duration with its unit, or the word none.", "30m", NONE),
]
Money = Annotated[str, StringConstraints(pattern=MONEY), told(MONEY, "An amount in US dollars.", "2.50 USD")]
Size = Annotated[str, StringConstraints(pattern=SIZE), told(SIZE, "A size with its unit.", "64MB", "10KiB")]
RepoPath = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": REPO_PATH,
            "patternErrorMessage": "Write a path from the repo root that does not leave the repo.",
        }
    ),
]
Scalar = None | bool | int | float | str
WhenForm = Annotated[
    bool | str, WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": SCRIPT}]})
]
"""A word or an expression; what it may say, specrun.spec.render.conditions finds out."""


TEXT_FORM, MAPPING_FORM = "\0text", "\0mapping"
"""Tags of the two forms that a value may have; no key of a file can be called so."""


def _form(value: object) -> str:
    return TEXT_FORM if isinstance(value, str) else MAPPING_FORM


BY_FORM = Discriminator(_form)
"""Tells by its kind alone which form was meant, so that complaints are about that one."""


class Doc(BaseModel):
    """What all parts of a file share: no unknown keys, no conversions; keys that begin with x- are free."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        defer_build=True,
        json_schema_extra={"patternProperties": {"^x-": {}}},
    )


def free(**more: JsonValue) -> ConfigDict:
    """Answer a configuration that publishes more about a mapping than its keys."""
    return ConfigDict(json_schema_extra={"patternProperties": {"^x-": {}}, **more})
