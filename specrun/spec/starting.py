"""Writes the first files of a repo: its settings, a first spec, and a template around prompts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specrun.core.project import COMMANDS
from specrun.spec.find import FOLDER
from specrun.spec.scalar import OddScalar, typed
from specrun.spec.text import quoted

TEMPLATE = "prompts/task.md.j2"
SCHEMAS = ".specrun/schema"
"""Where the JSON Schemas for editors lie."""
NAME = "hello"
"""What the first spec is called where nobody says it."""
DOMAIN = "code"
PER_TASK = "1.00 USD"
TIMEOUT = "20m"
"""What an attempt of a task for an agent may cost and take, where nobody says it."""

TEMPLATE_TEXT = """\
{#- Wraps the prompt of every task whose domain names this file; `task.prompt` is what the spec says.
    specrun adds by itself what an agent has to leave, what proves it, and how the last attempt ended. -#}
{{ task.prompt }}

How to go about it:

- Do this and nothing else; leave alone what has nothing to do with it.
- Read the code around it first, and keep to its style.
- Prefer a small change to a clever one, and bring in no dependency that nobody asked for.
- Do not weaken what proves the work.
- Where something is unclear, take the simplest meaning, and say at the end which one you took.
- End with a short summary: what is different now, and what you could not finish.
"""
"""It has no word that usual rules of `models` look for, so that it sends no task to another model."""


def header(kind: str, up: str = "") -> str:
    """Answer the line that tells editors where the JSON Schema of a file is; `up` leads to the repo root."""
    return f"# yaml-language-server: $schema={up}{SCHEMAS}/{kind}.schema.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is known when the first files are written.

    `prose` says whether the agent reads words, or a script as `shell` does; `priced` whether it tells what it
    costs. `secret` is the variable that holds its key, "" where the person's own login is to be used.
    `kind` and `source` are the type of the project and the file that shows it, "" for none, `commands` its
    commands by name. `checks` are the entries of `checks` that can be relied on: names, or (name, command).
    `domain` is the one that a first spec uses, "" for none.
    """

    agent: str
    prose: bool = True
    priced: bool = False
    secret: str = ""
    kind: str = ""
    source: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    checks: Sequence[str | tuple[str, str]] = ()
    domain: str = DOMAIN

    def settings(self) -> str:
        """Answer the text of specrun.yaml."""
        rows = [
            header("settings"),
            "#",
            "# What holds for all specs here. A spec, a domain or a task that says otherwise wins.",
            *self._project(),
            "version: 1",
        ]
        if self.prose:
            rows += self._means()
            rows += self._proof()
        rows += [
            "domains:",
            f"  {DOMAIN}:",
            "    description: Work that an agent does on the code",
            f"    template: {TEMPLATE}",
        ]
        return "".join(f"{row}\n" for row in rows)

    def _project(self) -> list[str]:
        if not self.kind:
            return []
        told = [f"{name}: {self.commands[name]}" for name in COMMANDS if name in self.commands]
        rows = [
            "#",
            f"# The project is {self.kind}, as {quoted(self.source)} shows; `project` can say otherwise.",
        ]
        return [*rows, *(f"#   {command}" for command in told)]

    def _means(self) -> list[str]:
        if self.secret:
            return [f"secrets: [{self.secret}]  # the name; each launch takes the value from the environment"]
        return ["inherit_config: true  # agents use your own configuration and login"]

    def _proof(self) -> list[str]:
        return ["checks:", *(f"  - {one}" for one in map(_check, self.checks))] if self.checks else []

    def spec(self, name: str, folder: str) -> str:
        """Answer the text of a first spec, whose scripts write into `folder`."""
        return self._errand(name) if self.prose else _scripts(name, folder)

    def _errand(self, name: str) -> str:
        budget = f"budget: {{per_task: {PER_TASK}}}\n" if self.priced else ""
        return _ERRAND.format(
            header=header("spec", "../"),
            name=word(name),
            agent=word(self.agent),
            budget=budget,
            timeout=TIMEOUT,
            domain=f"    domain: {self.domain}\n" if self.domain else "",
            outline=_listed([*self.checks, ("written", "test -s docs/OUTLINE.md")]),
            readme=_listed([*self.checks, ("linked", "grep -q OUTLINE README*")]),
        )


def _check(check: str | tuple[str, str]) -> str:
    return check if isinstance(check, str) else f"{{name: {check[0]}, run: {check[1]}}}"


def _listed(checks: Sequence[str | tuple[str, str]]) -> str:
    """Answer the items of a list of checks, one a line where there are several."""
    if len(checks) == 1:
        return f"      - {_check(checks[0])}"
    return "\n".join(f"      - {one}" for one in map(_check, checks))


def word(text: str) -> str:
    """Answer a name as YAML, in quotes where it would be no text without them."""
    try:
        bare = typed(text) == text
    except OddScalar:
        bare = False
    return text if bare else json.dumps(text)


def place(name: str) -> str:
    """Answer the path of a spec."""
    return f"{FOLDER}/{name}.yaml"


_ERRAND = """\
{header}
version: 1
name: {name}
description: A first errand for an agent
agent: {agent}
max_workers: 2
{budget}timeout: {timeout}
tasks:
  outline:
    title: Write an outline for newcomers
    complexity: medium
{domain}    touches: [docs/OUTLINE.md]
    checks:
{outline}
    prompt: |
      Write docs/OUTLINE.md for somebody who sees this repository for the first time: what it is for,
      what lies in which folder, and where to begin to read. One page at most, and only what you have
      seen in the files.

  readme:
    title: Lead readers of the README to the outline
    complexity: low
{domain}    depends_on: [outline]
    touches: [README*]
    checks:
{readme}
    prompt: |
      Add one sentence to the README that leads to docs/OUTLINE.md, where readers will look for it.
      Where there is no README, write a short README.md. Correct what it says wrongly about the code;
      leave the rest as it is.
"""


def _scripts(name: str, folder: str) -> str:
    return _SCRIPTS.format(header=header("spec", "../"), name=word(name), bare=name, folder=folder)


_SCRIPTS = """\
{header}
#
# Three small shell scripts look around in this repository. Each works in a clone of its own, so nothing
# here is touched; what they leave is on branches: `git show specrun/{bare}/report:{folder}/REPORT.md`.
version: 1
name: {name}
description: A look around, by three shell scripts
agent: shell  # the prompt is a script for `sh -eu`
max_workers: 2
timeout: 1m
tasks:
  files:
    title: Count the files
    prompt: |
      mkdir -p {folder}
      git ls-files > {folder}/files.txt
      printf '{{"count": %d}}' "$(wc -l < {folder}/files.txt)" > "$SPECRUN_OUTPUT"

  commits:
    title: Count the commits
    prompt: |
      mkdir -p {folder}
      git log --oneline > {folder}/commits.txt
      printf '{{"count": %d}}' "$(wc -l < {folder}/commits.txt)" > "$SPECRUN_OUTPUT"

  report:
    title: Write down what was counted
    depends_on: [commits, files]
    checks:
      - {{name: complete, run: grep -q commits {folder}/REPORT.md}}
    prompt: |
      mkdir -p {folder}
      cat > {folder}/REPORT.md <<END
      # A look around
      {{{{ tasks.files.output.count }}}} files, {{{{ tasks.commits.output.count }}}} commits
      END
"""
