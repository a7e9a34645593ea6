"""Says for every field that people may write what changing it does: the class of each, as one table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel

from specrun.core.impact import Impact

WORK, VERIFY, LIVE, META = Impact.WORK, Impact.VERIFY, Impact.LIVE, Impact.META

SHARED: Mapping[Impact, str] = {
    WORK: "agent workspace env",
    VERIFY: "checks protect",
    LIVE: "executor secrets retry timeout idle_timeout log_limit max_turns permissions inherit_config",
}
FILE: Mapping[Impact, str] = {
    VERIFY: "project",
    LIVE: "budget models",
    META: "version domains max_workers",
}
TABLE: Mapping[str, tuple[Mapping[Impact, str], ...]] = {
    "spec": (
        SHARED,
        FILE,
        {WORK: "vars", META: "name description labels checklist on_change_while_running tasks moved removed"},
    ),
    "settings": (SHARED, FILE, {META: "agents thresholds"}),
    "domain": (SHARED, {WORK: "template", LIVE: "model", META: "description keywords max_workers"}),
    "task": (
        SHARED,
        {
            WORK: "prompt template with depends_on touches outputs judge reads rerun",
            LIVE: "model complexity when",
            META: "title description labels item domain priority enabled freeze",
        },
    ),
    "edge": ({WORK: "carry", META: "on"},),
    "judge": ({WORK: "pass fail", LIVE: "rewind"},),
    "rewind": ({LIVE: "to limit"},),
    "check": ({VERIFY: "name run path"},),
    "commands": ({VERIFY: "type test lint build"},),
    "project": ({VERIFY: "type test lint build paths"},),
    "retry": ({LIVE: "limit on delay factor max_delay jitter strategy"},),
    "permissions": ({LIVE: "mode allow deny"},),
    "budget": ({LIVE: "per_task", META: "limit on_exceed unknown_price"},),
    "models": ({LIVE: "default rules"},),
    "model_rule": ({LIVE: "match complexity domain model"},),
    "moved": ({META: "from to"},),
    "thresholds": ({META: "reruns reruns_from stops"},),
    "agent": (
        {
            META: "argv prompt model_flag models meter success env permissions allow_flag deny_flag "
            "budget_flag turns_flag session_flag resume config_home config version tested cleanup"
        },
    ),
    "modes": ({META: "read edit full"},),
    "meter": ({META: "format events"},),
    "event": (
        {
            META: "match each where cost turns tokens session_id model result structured success error "
            "denied line text piece"
        },
    ),
    "tokens": ({META: "input output cache_read cache_write"},),
    "result": ({META: "set append clear"},),
    "error": ({META: "message status retryable"},),
    "denied": ({META: "id what"},),
}
"""By kind of mapping, its keys by what a change of them may do.

A key that holds others stands for what adding it does. Some count by what comes of them: `vars` and
`template` by the prompt, `project` by the commands of checks, `complexity` and rules by the model, `domain`
by what that domain says. A title, a description or a label counts where a prompt prints it. How a CLI is
driven (`agents`) is, like the version of specrun, no part of the work.
"""

IMPACTS: Mapping[str, Impact] = {
    f"{kind}.{key}": impact
    for kind, blocks in TABLE.items()
    for block in blocks
    for impact, keys in block.items()
    for key in keys.split()
}
"""The class of each key, such as that of `task.prompt` or `retry.limit`."""


def kind_of(model: type[BaseModel]) -> str:
    """Answer what the table calls the mappings of a model."""
    return kind_named(model.__name__)


def kind_named(name: str) -> str:
    """Answer what the table calls the mappings of a model with this name, such as `ModelRuleDoc`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.removesuffix("Doc")).lower()
