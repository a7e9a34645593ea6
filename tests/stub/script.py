r"""The language in which a test tells the stub what the model says.

A script is a list of steps; each model request is answered with one of them. It comes from the newest human
prompt that has one, between `<<stub` and `>>`, as JSON:

    do it <<stub [{"bash": "echo hi > f"}, {"write": ["g", "x\n"]}, {"text": "done"}]>>

or else from the first of its rules whose regular expression is found in the prompt; else it is a reply.
Which step is due is the number of tool rounds in the request's own history since that prompt, so the stub
remembers no conversation, and any number of workers can share one. After the last step, the last one without
tools repeats.
Only `fail_times` counts, by the text of the script: scripts that use it must differ between tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict, cast

from tests.stub.conversation import Json, Turn

INLINE = re.compile(r"<<stub\s*(?=[\[{])")
TITLE = re.compile(r"title generator|generate a (short|concise|brief) title", re.IGNORECASE)
TOOLS = frozenset({"bash", "write", "tool", "tools"})


class Step(TypedDict, total=False):
    """One answer of the model; every key may be left out.

    text: the reply; thinking: a thinking block before it (Anthropic only).
    bash: a command for the CLI's own shell tool; write: [path, content] for its own file-writing tool.
    tool, input: any tool by its name; tools: several calls, each a mapping of these keys.
    usage: tokens (input 1000, output 50, cache_read 0, cache_write 0 unless told); stop: the stop reason.
    delay: seconds before the first byte; chunk_delay: seconds after each piece of the stream.
    status: answer with this HTTP error, its error, error_type and headers; fail_times: only so many times.
    cut: close the connection after the first piece; hang: send headers, then nothing until the client goes.
    """

    text: str
    thinking: str
    bash: str
    write: list[str]
    tool: str
    input: Any
    tools: list[Json]
    usage: dict[str, int]
    stop: str
    delay: float
    chunk_delay: float
    status: int
    error: str
    error_type: str
    headers: dict[str, str]
    fail_times: int
    cut: bool
    hang: bool


class Rule(TypedDict):
    """A script for every prompt in which the regular expression `match` is found."""

    match: str
    steps: list[Step]


class Due(NamedTuple):
    """The step that a request gets, its number in the script, and the key under which failures count."""

    key: str
    number: int
    step: Step


def written(text: str) -> list[list[Step]]:
    """Answer the scripts in a text; one that stands inside another's strings is not taken apart."""
    found: list[list[Step]] = []
    at = 0
    while mark := INLINE.search(text, at):
        try:
            script, at = json.JSONDecoder().raw_decode(text, mark.end())
        except ValueError as wrong:
            # Some CLIs put a backslash before each quote of an argument.
            try:
                plain = text[mark.end() :].replace('\\"', '"')
                script, length = json.JSONDecoder().raw_decode(plain)
                at = mark.end() + length
            except ValueError:
                script, at = [{"text": f"stub: this script is not JSON: {wrong}"}], mark.end()
        found.append(cast("list[Step]", script["steps"] if isinstance(script, dict) else script))
    return found


def due(turns: Sequence[Turn], rules: Sequence[Rule]) -> Due:
    """Answer the step for a conversation: of the newest prompt that carries a script or meets a rule."""
    key, steps, prompt = "default", [Step(text="stub reply")], -1
    for at in (at for at in reversed(range(len(turns))) if turns[at].kind == "user"):
        text = turns[at].text
        if scripts := written(text):
            key, steps, prompt = json.dumps(scripts[-1]), scripts[-1], at
            break
        if rule := next((rule for rule in rules if re.search(rule["match"], text)), None):
            key, steps, prompt = rule["match"], rule["steps"], at
            break
    number = sum(turn.kind == "call" for turn in turns[prompt + 1 :])
    if number < len(steps):
        return Due(key, number, steps[number])
    plain = [step for step in steps if not TOOLS & step.keys()]
    return Due(key, number, plain[-1] if plain else Step(text="stub: the script has ended"))


def only_names_the_session(body: Json) -> bool:
    """Whether a request asks for nothing but a title: OpenCode sends one for each new session."""
    messages = body.get("messages") or []
    first = [message for message in messages if message.get("role") == "system"][:1]
    told = json.dumps([body.get("system"), body.get("instructions"), body.get("systemInstruction"), first])
    return not body.get("tools") and TITLE.search(told[:2000]) is not None
