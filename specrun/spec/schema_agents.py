"""The YAML of declared agents and of their meters as people may write it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, StringConstraints, WithJsonSchema

from specrun.spec.fields import FILE, PATH, Doc, Duration, EnvName, ModelName, Text, free, usual

_PATH: dict[str, JsonValue] = {"type": "string", "pattern": PATH}
_LIKE: dict[str, JsonValue] = {"type": "string", "minLength": 1, "format": "regex"}
_SCALAR: JsonValue = {"type": ["null", "boolean", "number", "string"]}


def _one(keys: dict[str, JsonValue], least: int = 1, most: int = 1) -> JsonValue:
    """Answer the JSON Schema of a mapping with so many of these keys."""
    return {
        "type": "object",
        "properties": keys,
        "additionalProperties": False,
        "minProperties": least,
        "maxProperties": most,
    }


def _or_list(*kinds: JsonValue) -> dict[str, JsonValue]:
    """Answer the JSON Schema of one of several kinds, or of a list of them."""
    return {"anyOf": [*kinds, {"type": "array", "items": {"anyOf": [*kinds]}, "minItems": 1}]}


def _key(kind: dict[str, JsonValue], words: str, *examples: JsonValue) -> JsonValue:
    """Answer the JSON Schema of a key with what editors say of it."""
    return {**kind, "description": words, "examples": [*examples]}


_EITHER = _or_list(_SCALAR)
_TEST = _one(
    {
        "not": _key(_EITHER, "Anything but this value, or these.", "error", ["error", None]),
        "like": _key(_LIKE, "Text in which this regular expression (Python's) finds something.", "^done"),
        "exists": _key({"type": "boolean"}, "Whether it is there at all.", *(True, False)),
    }
)
_ADDED: dict[str, JsonValue] = {"anyOf": [_PATH, {"type": "number", "minimum": 0}]}
_SUMS: dict[str, JsonValue] = {
    "add": _key(_ADDED, "Add this number, or the one at this path.", "usage.input", 1),
    "count": _key(_PATH, "Add how many there are in the list at this path.", "message.content"),
    "session": _key(_PATH, "What the conversation has come to, earlier attempts in it as well.", "usage.sum"),
    "total": _key(_PATH, "What this run has come to so far.", "usage.total"),
}
_LESS = _key(_PATH, "What is taken off it, such as what is counted elsewhere.", "usage.cached")
_AMOUNT: JsonValue = {
    "type": "object",
    "properties": {**_SUMS, "less": _LESS},
    "additionalProperties": False,
    "oneOf": [{"required": [key]} for key in _SUMS],
}
_PART = _one(
    {
        "path": _key(_PATH, "Where the text is.", "error.message"),
        "like": _key(_LIKE, "A regular expression whose first group is what is wanted.", "status ([0-9]{3})"),
    },
    2,
    2,
)
_JSON = _key(_PATH, "Where a text holds the answer as JSON.", "item.text")

# What these may be depends on their kind; specrun.spec.metering says what is wrong and where.
Condition = Annotated[Any, WithJsonSchema({"anyOf": [_EITHER, _TEST]})]
Amount = Annotated[Any, WithJsonSchema(_or_list(_AMOUNT))]
Value = Annotated[Any, WithJsonSchema(_or_list(_PATH, _PART))]
Opinion = Annotated[Any, WithJsonSchema(_or_list(_PATH, _PART, {"type": "boolean"}))]
Structured = Annotated[Any, WithJsonSchema({"anyOf": [_PATH, _one({"json": _JSON})]})]
Path = Annotated[str, StringConstraints(pattern=PATH)]
"""Names joined by dots; `*` is every element, a leading `^.` begins at the whole event."""
Certain = Annotated[bool, WithJsonSchema({"const": True})]
File = Annotated[str, StringConstraints(pattern=FILE)]


class TokensDoc(Doc):
    """How tokens are counted, by kind."""

    model_config = free(minProperties=1)

    input: Amount = Field(None, description="Tokens sent.", examples=[{"add": "usage.input"}])
    output: Amount = Field(None, description="Tokens that came back.", examples=[{"add": "usage.output"}])
    cache_read: Amount = Field(
        None, description="Tokens that a cache gave.", examples=[{"total": "usage.cached"}]
    )
    cache_write: Amount = Field(
        None, description="Tokens that a cache took.", examples=[{"session": "usage.written"}]
    )


class ResultDoc(Doc):
    """How the text of the result is taken: exactly one of these."""

    model_config = free(minProperties=1, maxProperties=1)

    set: Path | None = Field(None, description="The whole text.", examples=["result"])
    append: Path | None = Field(None, description="More of the text.", examples=["delta.text"])
    clear: Certain | None = Field(None, description="Forget it: another begins.", examples=[True])


class ErrorDoc(Doc):
    """How an error is read."""

    model_config = free(minProperties=1)

    message: Value = Field(None, description="What the CLI says.", examples=["error.message"])
    status: Value = Field(
        None,
        description="The HTTP status of the provider.",
        examples=["error.status", {"path": "error.message", "like": "status ([0-9]{3})"}],
    )
    retryable: Opinion = Field(
        None, description="Whether trying again may help.", examples=["error.retryable", True]
    )


class DeniedDoc(Doc):
    """How the denial of a permission is read."""

    id: Path | None = Field(None, description="What tells denials apart.", examples=["tool_use_id"])
    what: Text = Field(description="One line for people, with {PATH}.", examples=["{tool}: {input.command}"])


class EventDoc(Doc):
    """What one kind of event says: every rule applies to each event whose `match` holds."""

    match: dict[Path, Condition] | None = Field(
        None,
        min_length=1,
        description="What the event has to be: a value, a list of them, {not: …}, {like: REGEX} or "
        "{exists: true}.",
        examples=[{"type": "result", "is_error": False}],
    )
    each: Path | None = Field(
        None,
        description="The list whose elements the rest is about, each for itself.",
        examples=["message.content"],
    )
    where: dict[Path, Condition] | None = Field(
        None, min_length=1, description="What such an element has to be.", examples=[{"type": "text"}]
    )
    cost: Amount = Field(
        None,
        description="US dollars: {add: …}, {total: …} of the run, {session: …} of the conversation.",
        examples=[{"add": "cost"}, {"session": "total_cost_usd"}],
    )
    turns: Amount = Field(None, description="Answers of the model.", examples=[{"add": 1}])
    tokens: TokensDoc | None = Field(
        None, description="Tokens by kind.", examples=[{"input": {"add": "usage.input"}}]
    )
    session_id: Path | None = Field(None, description="The conversation.", examples=["session_id"])
    model: Path | None = Field(None, description="The model that answers.", examples=["model"])
    result: ResultDoc | None = Field(None, description="The result.", examples=[{"set": "result"}])
    structured: Structured = Field(
        None,
        description="An answer in JSON; {json: …} where a text holds it.",
        examples=["structured_output", {"json": "item.text"}],
    )
    success: bool | None = Field(
        None, description="Whether this event says that all went well.", examples=[True]
    )
    error: ErrorDoc | None = Field(
        None, description="What went wrong.", examples=[{"message": "error.message"}]
    )
    denied: DeniedDoc | None = Field(
        None, description="What was not permitted.", examples=[{"what": "{tool_name}"}]
    )
    line: Text | None = Field(
        None,
        description="One line of the transcript, with {PATH}.",
        examples=["> {name} {input.command|input.path}"],
    )
    text: Path | None = Field(None, description="Text for the transcript, all lines.", examples=["text"])
    piece: Path | None = Field(
        None,
        description="Text for the transcript that the next event may go on with.",
        examples=["delta.text"],
    )


class MeterDoc(Doc):
    """How the output of a CLI is read while it runs."""

    format: Literal["jsonl", "text"] = Field(
        "jsonl",
        description="jsonl: each line is an object; text: each line is {line: …}.",
        examples=["jsonl"],
    )
    events: list[EventDoc] = Field(
        min_length=1,
        description="What events say.",
        examples=[[{"match": {"type": "result"}, "success": True, "result": {"set": "result"}}]],
    )


class ModesDoc(Doc):
    """More arguments by mode; a mode that is not there is not supported."""

    read: list[str] | None = Field(None, description="To look only.", examples=[["--dry-run"]])
    edit: list[str] | None = Field(None, description="To edit files and run commands.", examples=[["--yes"]])
    full: list[str] | None = Field(None, description="To do everything.", examples=[["--yolo"]])


class AgentDoc(Doc):
    """A coding CLI by its name. Of one that specrun knows, `models` and `env` can be adjusted."""

    argv: list[Text] | None = Field(
        None,
        min_length=1,
        description="Its command line; `{prompt}` becomes the path of the prompt file.",
        examples=[["aider", "--message-file", "{prompt}"]],
    )
    prompt: Literal["stdin", "file"] | None = Field(
        None,
        description="How it gets the prompt (default stdin).",
        examples=["file"],
        json_schema_extra=usual("stdin"),
    )
    model_flag: Text | None = Field(None, description="Comes before the model.", examples=["--model"])
    models: dict[ModelName, ModelName] = Field(
        default={}, description="Names in specs and its own.", examples=[{"sonnet": "claude-sonnet-4-5"}]
    )
    meter: MeterDoc | None = Field(
        None,
        description="How its output is read.",
        examples=[{"events": [{"match": {"type": "done"}, "success": True}]}],
    )
    success: Literal["event", "exit_code"] | None = Field(
        None,
        description="event (default): an event of success and exit code 0; exit_code: exit code 0 alone.",
        examples=["exit_code"],
        json_schema_extra=usual("event"),
    )
    env: dict[EnvName, str] = Field(
        default={}, description="Environment variables; values are public.", examples=[{"NO_COLOR": "1"}]
    )
    permissions: ModesDoc | None = Field(
        None, description="More arguments by mode.", examples=[{"edit": ["--yes"]}]
    )
    allow_flag: Text | None = Field(
        None, description="Comes before each rule of `allow`.", examples=["--allow"]
    )
    deny_flag: Text | None = Field(None, description="Comes before each rule of `deny`.", examples=["--deny"])
    budget_flag: Text | None = Field(
        None, description="Comes before its own cap in US dollars.", examples=["--max-usd"]
    )
    turns_flag: Text | None = Field(
        None, description="Comes before its own cap of turns.", examples=["--max-turns"]
    )
    session_flag: Text | None = Field(
        None,
        description="Comes before the id of a new conversation, a UUID that specrun chooses.",
        examples=["--session"],
    )
    resume: list[Text] | None = Field(
        None,
        min_length=1,
        description="More arguments to go on in the conversation `{session}`.",
        examples=[["--resume", "{session}"]],
    )
    config_home: EnvName | None = Field(
        None, description="The variable that names its configuration folder.", examples=["AIDER_HOME"]
    )
    config: dict[File, str] = Field(
        default={},
        description="Files to put into that folder, by path.",
        examples=[{"settings.json": "{}"}],
    )
    version: list[Text] | None = Field(
        None,
        min_length=1,
        description="The command line that tells its version.",
        examples=[["aider", "--version"]],
    )
    tested: list[Text] = Field(
        default=[], description="Versions that are known to work.", examples=[["0.86.2"]]
    )
    cleanup: Duration | None = Field(
        None,
        description="How long it may take to end by itself when stopped (default 3s).",
        examples=["5s"],
        json_schema_extra=usual("3s"),
    )
