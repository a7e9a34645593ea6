"""The YAML of what proves work as people may write it: projects, checks and judges."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Tag, WithJsonSchema

from specrun.core.project import KINDS
from specrun.spec.fields import (
    BY_FORM,
    MAPPING_FORM,
    TEXT_FORM,
    Doc,
    Id,
    RepoPath,
    Script,
    Text,
    VerdictWord,
)

GLOB = 200
"""Characters of the longest glob."""

GLOBS = (
    r"^(?!!?\s*$)(?!!?(?:~?/|[A-Za-z]:/))(?!!?(?:[^\n]*/)?\.\.(?:/|$))(?![^\n]*\{[^\n{}]*,[^\n{}]*\})"
    r"[^\\\n\t]+$"
)
"""Globs that editors let pass: below the repo root, with / between folders and no choices in braces."""
NO_EXCEPTION = "^(?!!)"
"""Comes before it where `!` has nothing to take out of."""


def _glob(pattern: str, words: str) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "type": "string",
            "pattern": pattern,
            "patternErrorMessage": words,
            "minLength": 1,
            "maxLength": GLOB,
        }
    )


# What these may be, specrun.spec.sense_proof says with a reason for each.
_BELOW = "Write a glob below the repo root such as src/**"
Glob = Annotated[str, _glob(f"{NO_EXCEPTION}{GLOBS}", f"{_BELOW}, and no exceptions here.")]
GlobOrNot = Annotated[str, _glob(GLOBS, f"{_BELOW}; ! before it takes out.")]
Kind = Annotated[str, WithJsonSchema({"type": "string", "enum": [*KINDS]})]


class CheckDoc(Doc):
    """A check with a command of its own."""

    name: Id = Field(description="What it is called in records and logs.", examples=["types"])
    run: Script = Field(
        description="A script for `sh -e`; exit code 0 means passed.", examples=["mypy --strict ."]
    )
    path: RepoPath | None = Field(
        None, description="The folder to run it in; absent: the top.", examples=["web"]
    )


class CommandsDoc(Doc):
    """The commands of a project in one folder; what is absent comes from its type."""

    type: Kind | None = Field(
        None, description="The type of the project; absent: what its files tell.", examples=["python"]
    )
    test: Script | None = Field(None, description="How it is tested.", examples=["pytest -q"])
    lint: Script | None = Field(None, description="How it is linted.", examples=["ruff check src"])
    build: Script | None = Field(None, description="How it is built.", examples=["make dist"])


CommandsForm = Annotated[Annotated[Kind, Tag(TEXT_FORM)] | Annotated[CommandsDoc, Tag(MAPPING_FORM)], BY_FORM]


class ProjectDoc(CommandsDoc):
    """The commands of the project at the top, and of those below it."""

    paths: dict[RepoPath, CommandsForm | None] = Field(
        default={},
        description="Projects in folders: their types, their commands, or nothing to let their files tell.",
        examples=[{"web": "node", "api": {"type": "go", "lint": "go vet ./..."}, "docs": None}],
    )


ProjectForm = Annotated[Annotated[Kind, Tag(TEXT_FORM)] | Annotated[ProjectDoc, Tag(MAPPING_FORM)], BY_FORM]
CheckForm = Annotated[Annotated[Text, Tag(TEXT_FORM)] | Annotated[CheckDoc, Tag(MAPPING_FORM)], BY_FORM]


class RewindDoc(Doc):
    """Where a failing verdict sends the work back to."""

    to: Id = Field(description="The task that goes on with its work, told what is wrong.", examples=["api"])
    limit: int = Field(1, ge=1, le=20, description="How often, at most.", examples=[2])


class JudgeDoc(Doc):
    """The words that a judging task may leave."""

    pass_: list[VerdictWord] = Field(
        alias="pass", min_length=1, description="Words that let the work pass.", examples=[["approved"]]
    )
    fail: list[VerdictWord] = Field(
        default=[], description="Words that do not; any other word fails too.", examples=[["rejected"]]
    )
    rewind: RewindDoc | None = Field(
        None, description="What a failing word sets going.", examples=[{"to": "api", "limit": 2}]
    )
