"""Makes the pages of the handbook about agents and about what templates may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specrun.core.agent import Mode, Price, Traits
from specrun.report.handbook import Chapter, Entry, Fact, Page
from specrun.report.topics import TOPICS

_PRICES = {
    Price.FREE: "costs nothing",
    Price.REPORTED: "told by it in USD",
    Price.UNKNOWN: "not told: a cap needs `unknown_price: allow`",
}
_TRAITS = {
    "models": "takes a model",
    "rules": "takes rules (`permissions.allow`, `deny`)",
    "turns": "counts turns (`max_turns`)",
    "resumes": "goes on in an earlier conversation (`retry.strategy: resume`)",
    "isolates": "has a configuration of its own for each attempt",
    "structured": "can be held to an answer in JSON (`outputs`)",
}
_OWN = (
    "Any other CLI can be declared in specrun.yaml: see `specrun help settings agents`. Permissions are one "
    "of three modes; `specrun doctor` tells which agents are installed."
)

NAMES: Mapping[str, str] = {
    "vars": "The `vars` of the spec: `vars.service`.",
    "with": "The values that the task hands to its template under `with`.",
    "task": "The task itself: `task.id` (its address), `name`, `title`, `description`, `labels`, "
    "`complexity`, `domain`, `agent`, `depends_on`; in the template of a domain also `prompt`.",
    "domain": "The domain of the task: `domain.name`, `description`, `keywords`.",
    "spec": "The spec: `spec.name`, `description`, `labels`.",
    "tasks": "What the tasks that it depends on have left, known when they have ended: "
    "`tasks.ID.output`, `summary`, `branch`, `commit`, `base`, as far as the edge carries it.",
    "previous": "The attempt before this one, false where there is none: `previous.attempt`, `outcome`, "
    "`reason`, `summary`, `tail`, `failed_checks`, `feedback`.",
}
"""What a prompt may use, by its first name."""
_JINJA = (
    "Prompts, templates and conditions (`when`) are Jinja2. A name that is not there is an error. There is "
    "no clock, chance, environment or file, but for other templates of the repository. `specrun render TASK` "
    "shows what comes of it."
)


def agents(known: Mapping[str, tuple[Traits, Sequence[str]]]) -> Page:
    """Answer the page about agents: by name what each can do, and the versions that it was tested with."""
    rows = tuple(_agent(name, traits, tested) for name, (traits, tested) in known.items())
    return Page(
        title="Agents",
        text=f"{TOPICS['agents']} {_OWN}",
        chapters=(Chapter(title="Agents", entries=rows),),
    )


def _agent(name: str, traits: Traits, tested: Sequence[str]) -> Entry:
    facts = [
        Fact(label="modes", code=tuple(mode for mode in Mode if mode in traits.modes)),
        Fact(label="cost", words=_PRICES[traits.price]),
    ]
    if tested:
        facts.append(Fact(label="tested with", code=tuple(tested)))
    told = [words for trait, words in _TRAITS.items() if getattr(traits, trait)]
    return Entry(
        term=name, text="; ".join(told) or "runs its prompt as a script for `sh -eu`", facts=tuple(facts)
    )


def templates(filters: Sequence[str]) -> Page:
    """Answer the page about what a prompt may use."""
    names = tuple(Entry(term=name, text=text) for name, text in NAMES.items())
    return Page(
        title="Templates",
        text=f"{TOPICS['templates']} {_JINJA}",
        chapters=(
            Chapter(title="Names", entries=names),
            Chapter(title="Filters", text=", ".join(f"`{one}`" for one in filters)),
        ),
    )
