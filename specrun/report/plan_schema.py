"""Describes the JSON of a plan as a JSON Schema, for those who read it with programs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from specrun.core.change import Action, ReasonCode
from specrun.core.impact import Impact
from specrun.core.task import Json
from specrun.core.world import Status
from specrun.report.plan_json import FORMAT

_TEXT: dict[str, Json] = {"type": "string"}
_FLAG: dict[str, Json] = {"type": "boolean"}
_COUNT: dict[str, Json] = {"type": "integer", "minimum": 0}
_NUMBER: dict[str, Json] = {"type": "number", "minimum": 0}
_USD: dict[str, Json] = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"}
_SHA256: dict[str, Json] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_ANY: dict[str, Json] = {}
_WORDS = ", ".join(Action)


def _told(what: Mapping[str, Json], description: str) -> dict[str, Json]:
    return {**what, "description": description}


def _maybe(what: Mapping[str, Json]) -> dict[str, Json]:
    return {"anyOf": [dict(what), {"type": "null"}]}


def _list(of: Mapping[str, Json]) -> dict[str, Json]:
    return {"type": "array", "items": dict(of)}


def _map(of: Mapping[str, Json]) -> dict[str, Json]:
    return {"type": "object", "additionalProperties": dict(of)}


def _object(**keys: Mapping[str, Json]) -> dict[str, Json]:
    """Answer an object with all of these keys; later versions may add others."""
    return {
        "type": "object",
        "properties": {key: dict(one) for key, one in keys.items()},
        "required": [*keys],
    }


_WHERE = {
    "file": _told(_maybe(_TEXT), "Path from the root of the repo."),
    "line": _told(_maybe(_COUNT), "Counted from 1."),
}
_DIGESTS = _object(work=_maybe(_TEXT), verify=_TEXT, live=_TEXT)
_CLASS: dict[str, Json] = {"enum": [*map(str, Impact)]}

_REASON = _object(
    code=_told(_TEXT, f"Stable; readers tolerate codes that they do not know: {', '.join(ReasonCode)}."),
    detail=_TEXT,
    message=_told(_TEXT, "Code and detail in words."),
    path=_told(_maybe(_TEXT), "The value that was edited, such as vars.who, where it is about one."),
    before=_ANY,
    after=_ANY,
    upstream=_maybe(_TEXT),
    **_WHERE,
)

_EDIT = _object(
    path=_TEXT,
    component=_TEXT,
    before=_ANY,
    after=_ANY,
    **{"class": _CLASS},
    **_WHERE,
)

_FINGERPRINT = _object(
    work=_maybe(_TEXT),
    verify=_TEXT,
    live=_TEXT,
    unknown=_list(_TEXT),
    version=_COUNT,
    before=_told(_maybe(_DIGESTS), "Those of the record, or of the attempt at work; null without either."),
    after=_DIGESTS,
    components=_told(
        _map(_object(before=_ANY, after=_ANY, **{"class": _CLASS})), "Those that differ from the record."
    ),
)

_ESTIMATE = _object(
    usd_low=_maybe(_USD),
    usd_high=_maybe(_USD),
    seconds_low=_maybe(_NUMBER),
    seconds_high=_maybe(_NUMBER),
    samples=_told(_COUNT, "Attempts of this repo that it is taken from."),
    basis=_told(
        {"enum": ["task", "model", "free", ""]},
        "Whose attempts: its own, others of its agent and model; an agent that costs nothing; no history.",
    ),
)

_CHANGE = _object(
    address=_told(_TEXT, "spec/task"),
    previous_address=_told(_maybe(_TEXT), "Its former address, where it was renamed."),
    action=_told(_TEXT, f"One of {_WORDS}."),
    would=_told(_maybe(_TEXT), "What a task would do that is withheld by its own wish: an action."),
    reasons=_told(_list(_REASON), "Most telling first."),
    generation=_COUNT,
    ready=_FLAG,
    stale=_FLAG,
    round=_maybe(_COUNT),
    verifying=_FLAG,
    upper_bound=_told(_FLAG, "Whether it may turn out that there is nothing to do."),
    unknown=_told(_list(_TEXT), "Components that only the end of an upstream will tell."),
    wave=_told(_maybe(_COUNT), "1 can start at once, 2 after one of these, ...; null has nothing to do."),
    attempt=_told(_maybe(_COUNT), "The number that its next attempt gets, null where none is foreseen."),
    outcome_before=_maybe({"enum": [*map(str, Status)]}),
    agent=_maybe(_TEXT),
    model=_maybe(_TEXT),
    executor=_maybe(_TEXT),
    budget=_told(_maybe(_TEXT), "What one attempt may cost at most, such as 1.00 USD."),
    depends_on=_list(_TEXT),
    checks=_list(_TEXT),
    touches=_list(_TEXT),
    sensitive=_told(_list(_TEXT), "Names of secrets; values are nowhere."),
    labels=_list(_TEXT),
    prompt_sha256=_told(_maybe(_SHA256), "Of the prompt as far as it counts; null while it is not known."),
    estimate=_maybe(_ESTIMATE),
    fingerprint=_maybe(_FINGERPRINT),
    edits=_told(_list(_EDIT), "Every value that differs from the record, causes first."),
    **_WHERE,
)

_SELECTION = _object(
    selectors=_list(_TEXT),
    selected=_list(_TEXT),
    of=_COUNT,
    replace=_list(_TEXT),
    sent_back=_list(_TEXT),
    left_out=_map(_list(_TEXT)),
    waiting=_map(_list(_TEXT)),
)

_PLAN = _object(
    format_version={"const": FORMAT},
    tool_version=_TEXT,
    digest=_told(_SHA256, "The name of what was decided: equal for equal decisions."),
    specs=_list(_object(name=_TEXT, path=_TEXT, sha256=_maybe(_SHA256))),
    files=_told(
        _list(_object(path=_TEXT, sha256=_SHA256)), "Everything that was read to find out what is wanted."
    ),
    projects=_list(
        _object(spec=_TEXT, path=_TEXT, type=_maybe(_TEXT), source=_TEXT, commands=_map(_TEXT)),
    ),
    git=_object(
        branch=_told(_TEXT, "Empty when HEAD is detached."),
        base=_told(_TEXT, "The commit of HEAD."),
        dirty=_FLAG,
    ),
    selection=_told(_maybe(_SELECTION), "What was picked on the command line, null for everything."),
    summary=_told(_object(**{str(action): _COUNT for action in Action}), "Tasks by action."),
    applyable=_told(_FLAG, "Whether an apply would have something to do."),
    complete=_told(_FLAG, "Whether nothing would be left to do after it."),
    changes=_told(_list(_CHANGE), "Every task that was selected, upstreams first."),
    drift=_told(
        _list(_object(code=_TEXT, address=_TEXT, message=_TEXT, fix=_TEXT)),
        "What was changed by somebody else than specrun.",
    ),
    conflicts=_told(
        _list(_object(tasks=_list(_TEXT), globs=_list(_TEXT))), "Tasks that may change the same files."
    ),
    estimate=_object(
        usd_low=_maybe(_USD),
        usd_high=_maybe(_USD),
        deferred_usd_high=_told(
            _maybe(_USD), "What deferred tasks may add at most, null where nobody knows."
        ),
        seconds_low=_maybe(_NUMBER),
        seconds_high=_maybe(_NUMBER),
        samples=_COUNT,
        unknown_tasks=_COUNT,
        workers=_COUNT,
    ),
    unsafe=_told(
        _list(_object(code=_TEXT, message=_TEXT, tasks=_list(_TEXT))),
        "Why specrun apply refuses it with code 8 unless it is told --force.",
    ),
    diagnostics=_told(
        _list(
            _object(
                severity={"enum": ["error"]}, code=_TEXT, address=_TEXT, summary=_TEXT, detail=_TEXT, **_WHERE
            )
        ),
        "What has to be mended by hand.",
    ),
    unproven=_list(_TEXT),
    unisolated=_list(_TEXT),
    next=_told(_list(_TEXT), "Commands that come next, ready for a shell."),
)


def json_schema() -> dict[str, Json]:
    """Answer the JSON Schema of what `specrun diff --json` writes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "specrun plan",
        "description": "What specrun diff --json writes.",
        **_PLAN,
    }


def schema_text() -> str:
    """Answer it as the text of the committed file."""
    return json.dumps(json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
