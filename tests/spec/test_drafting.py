"""Drafts become specs that load, are laid out, and say what people wrote, whatever that is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specrun.core.draft import Draft, Item
from specrun.core.unseen import HIDDEN
from specrun.spec.drafting import Frame, written
from specrun.spec.layout import laid_out
from specrun.spec.load import Loaded
from tests.spec.corpus import loaded, make_repo, write

FULL = """\
# yaml-language-server: $schema=../schema/spec.schema.json
version: 1
name: shop
description: "Two things: at once"
checklist: plan.md
agent: claude

models:
  default: sonnet
  rules:
    - {complexity: high, model: opus}
    - {complexity: low, model: haiku}

domains:
  backend: {keywords: [api, ci/cd, "a: b"], template: prompts/good.md.j2}
  chain: {template: prompts/good.md.j2}

tasks:
  api:
    title: "Create the API: all of it"
    item: Create the API (id api)
    complexity: high
    domain: backend
    model: opus-4
    prompt: "Create the API: all of it"

  "on":
    title: Build the page
    complexity: low
    domain: chain
    depends_on: [api]
    prompt: |-
      Build the page
        {{ '{{' }} title }} and {{ '{%' }} raw %}

      - [ ] nothing else
"""
DRAFT = Draft(
    form="checklist",
    title="not used",
    description="Two things: at once",
    domains=(("backend", ("api", "ci/cd", "a: b")), ("chain", ())),
    items=(
        Item(
            id="api",
            title="Create the API: all of it",
            prompt="Create the API: all of it",
            domain="backend",
            complexity="high",
            model="opus-4",
            box="Create the API (id api)",
        ),
        Item(id="old", title="Old", prompt="Old", done=True),
        Item(
            id="on",
            title="Build the page",
            prompt="Build the page\n  {{ title }} and {% raw %}\n\n- [ ] nothing else",
            domain="chain",
            complexity="low",
            depends_on=("api",),
        ),
    ),
)


def whole(draft: Draft, agent: str = "claude") -> str:
    return written(
        draft,
        Frame(
            name="shop",
            agent=agent,
            template="prompts/good.md.j2",
            checklist="plan.md",
            schema="../schema/spec.schema.json",
        ),
    )


def bare(draft: Draft, agent: str = "claude") -> str:
    return written(draft, Frame(name="demo", agent=agent))


def read_back(text: str) -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        return loaded(write(make_repo(Path(folder)), text))


def test_a_whole_spec() -> None:
    assert whole(DRAFT) == FULL
    assert laid_out("specs/shop.yaml", FULL.encode()).after == FULL
    tasks = read_back(FULL).desired.tasks
    assert {name: (task.model, task.domain, task.item) for name, task in tasks.items()} == {
        "shop/api": ("opus-4", "backend", "Create the API (id api)"),
        "shop/on": ("haiku", "chain", ""),
    }


def test_what_is_not_given_is_left_out() -> None:
    text = bare(Draft(form="lines", title="A title", items=(Item(id="a", title="A", prompt="A", box="A"),)))
    assert text == (
        "version: 1\nname: demo\ndescription: A title\nagent: claude\n\n"
        "models:\n  default: sonnet\n  rules:\n"
        "    - {complexity: high, model: opus}\n    - {complexity: low, model: haiku}\n\n"
        "tasks:\n  a:\n    title: A\n    prompt: A\n"
    )


def test_bounds_and_checks_hold_for_all_tasks() -> None:
    checks = ("test", ("install", "npm ci, # all"))
    frame = Frame(name="demo", agent="claude", per_task="1.00 USD", timeout="20m", checks=checks)
    text = written(DRAFT, frame).replace(", template: prompts/good.md.j2", "")
    assert laid_out("specs/demo.yaml", text.encode()).after == text
    assert "\n\nbudget: {per_task: 1.00 USD}\ntimeout: 20m\n\nmodels:" in text
    assert '\n\nchecks:\n  - test\n  - {name: install, run: "npm ci, # all"}\n\ndomains:' in text


@pytest.mark.parametrize("agent", ["shell", "codex"])
def test_other_agents_get_no_rules_and_the_shell_no_model(agent: str) -> None:
    text = bare(DRAFT, agent).replace("domain:", "x-domain:")
    assert "models:" not in text
    assert ("model: opus-4" in text) == (agent == "codex")


def test_long_prompts_become_blocks() -> None:
    long = "word " * 20 + "end"
    text = bare(Draft(form="lines", items=(Item(id="a", title="A", prompt=long),)))
    assert f"    prompt: |-\n      {long}\n" in text
    assert read_back(text).desired.tasks["demo/a"].prompt == long  # type: ignore[index]


HOSTILE = st.text(
    st.sampled_from("{}%#'\"`\\|>-:?!&*@[], \n\tab1~ñ한設🎯\u00a0\u3000\u00ad\u0301")
    | st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=60,
).filter(lambda text: not HIDDEN.search(text) and bool(text.strip()))
LINE = HOSTILE.map(lambda text: " ".join(text.split())).filter(bool)
PROMPT = HOSTILE.map(lambda text: "\n".join(line.rstrip() for line in text.strip().split("\n")))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    ids = draw(
        st.lists(
            st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True), min_size=1, max_size=4, unique=True
        )
    )
    items = [
        Item(
            id=name,
            title=draw(LINE),
            prompt=draw(PROMPT.filter(lambda text: text.strip() != "")),
            complexity=draw(st.sampled_from([None, "low", "medium", "high"])),
            domain=draw(st.sampled_from([None, "backend", "null"])),
            depends_on=tuple(draw(st.lists(st.sampled_from(ids[:place]), unique=True)) if place else ()),
            box=draw(LINE | st.just("")),
        )
        for place, name in enumerate(ids)
    ]
    words = tuple(draw(st.lists(LINE, max_size=3)))
    return Draft(
        form="json",
        items=tuple(items),
        description=draw(LINE | st.just("")),
        domains=(("backend", words), ("null", ())),
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(drafts())
def test_whatever_people_write_comes_back(draft: Draft) -> None:
    text = written(draft, Frame(name="demo", agent="claude", checklist="plan.md"))
    laid = laid_out("specs/demo.yaml", text.encode())
    assert (laid.problems, laid.refused, laid.after) == ((), "", text)
    found = read_back(text)
    tasks = found.desired.tasks
    assert {name: (task.title, task.prompt, task.item, task.domain) for name, task in tasks.items()} == {
        f"demo/{item.id}": (item.title, item.prompt, item.box, item.domain) for item in draft.items
    }
    edges = {name: {edge.upstream for edge in task.edges} for name, task in tasks.items()}
    assert edges == {f"demo/{item.id}": {f"demo/{one}" for one in item.depends_on} for item in draft.items}
