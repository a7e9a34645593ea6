"""Makes a repo of which everything that may carry a command carries one that leaves a trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from specrun.core.task import TaskId
from specrun.store.records import RecordFiles
from tests.scenarios.edits import HEAD, Desk

SPEC = """
words:
  title: "--output=words"
  reads: ["--output=reads", ":(exclude)x", "data/**"]
  checks: [test, {{name: own, run: touch {canary}/check}}]
  prompt: |
    {{% if previous %}}touch {canary}/previous{{% endif %}}
    touch {canary}/prompt; exit 3
loud:
  depends_on: [words]
  template: prompts/loud.md.j2
  when: tasks.words.output.count > 1 or vars.who == "$(touch {canary}/when)"
kept:
  prompt: echo kept > kept.txt
more:
  depends_on: [kept]
  prompt: cat kept.txt > more.txt
"""
INVALID = {
    "an absolute file": "{% include '<secret>' %}",
    "a file above": "{% include '../secret.txt' %}",
    "a link out of the repo": "{% include 'prompts/link.md' %}",
    "the class of things": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a way to the system": "{{ cycler.__init__.__globals__.os.popen('touch <canary>/jinja').read() }}",
    "too much text": "{{ 'x' * 999999999 }}",
    "too much time": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
}
"""Prompts that ask for what no prompt may have."""

CONFIG = """
[core]
    fsmonitor = <script>
    hooksPath = <hooks>
    pager = <script>
    editor = <script>
    sshCommand = <script>
    askPass = <script>
    gitProxy = <script>
    alternateRefsCommand = <script>
[pager]
    status = <script>
    log = <script>
    cat-file = <script>
[sequence]
    editor = <script>
[diff]
    external = <script>
[diff "evil"]
    textconv = <script>
    command = <script>
[merge "evil"]
    driver = <script>
[filter "evil"]
    clean = <script>
    smudge = <script>
    process = <script>
    required = true
[credential]
    helper = !<script>
[gpg]
    program = <script>
[alias]
    status = !<script>
    rev-parse = !<script>
[uploadpack]
    packObjectsHook = <script>
[protocol "ext"]
    allow = always
[remote "origin"]
    url = ext::<script>
    promisor = true
    partialclonefilter = blob:none
[extensions]
    partialClone = origin
"""
HOOKS = ("fsmonitor-watchman", "post-index-change", "reference-transaction", "post-checkout", "pre-commit")


class Trap(Desk):
    """A repo with records, over which an enemy came; whatever is executed leaves a file in `canary`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.canary, self.secret = folder / "canary", folder / "secret.txt"
        self.canary.mkdir()
        self.secret.write_text("the secret\n")
        self.script = folder / "script"
        self.script.write_text(f'#!/bin/sh\ntouch "{self.canary}/git-$(date +%N)"\n')
        self.script.chmod(0o755)

    def lay(self) -> None:
        """Let one task succeed and one fail in peace; then lay the traps."""
        self.write("data/words.txt", "one\n")
        self.write("prompts/loud.md.j2", "{% if vars.who %}touch LOUD.txt{% endif %}\n")
        kept = "kept: {prompt: echo kept > kept.txt}"
        self.tasks(f"words: {{prompt: echo hello > words.txt}}\nloud: {{prompt: exit 3}}\n{kept}")
        self.commit()
        assert self.apply("--commit").code == 1
        self._lose("kept")
        self.spring()
        self._configure()

    def spring(self) -> None:
        """Write specs, settings and templates that would run something if anybody let them."""
        tasks = SPEC.format(canary=self.canary)
        head = f'vars: {{who: "; touch {self.canary}/vars"}}\nenv: {{GIT_PAGER: touch {self.canary}/env}}\n'
        self.tasks(tasks, head)
        self.write(
            "specs/--exec=x.yaml", f"{HEAD.replace('work', 'opts')}tasks: {{one: {{prompt: 'true'}}}}\n"
        )
        self.write("specrun.yaml", f"version: 1\nproject: {{test: touch {self.canary}/project}}\n")
        (self.root / "prompts/link.md").symlink_to(self.secret)

    def ask_for(self, prompt: str) -> None:
        """Write a spec with one prompt that asks for too much."""
        text = prompt.replace("<secret>", str(self.secret)).replace("<canary>", str(self.canary))
        self.write("specs/work.yaml", f"{HEAD}tasks:\n  words:\n    prompt: |\n      {text}\n")

    def _lose(self, name: str) -> None:
        """Let a record name a commit that is not here: git would ask the remote for it."""
        records = RecordFiles(self.root)
        run = records.runs()[TaskId(f"work/{name}")]
        assert run.last_success is not None
        success = replace(run.last_success, commit="a" * 40)
        records.save(replace(run, commit="a" * 40, last_success=success))
        self.git("update-ref", "-d", f"refs/heads/specrun/work/{name}")

    def _configure(self) -> None:
        hooks = self.root.parent / "hooks"
        for folder in (hooks, self.root / ".git/hooks"):
            folder.mkdir(exist_ok=True)
            for name in HOOKS:
                (folder / name).write_text(self.script.read_text())
                (folder / name).chmod(0o755)
        config = self.root / ".git/config"
        more = CONFIG.replace("<script>", str(self.script)).replace("<hooks>", str(hooks))
        config.write_text(
            config.read_text().replace("repositoryformatversion = 0", "repositoryformatversion = 1") + more
        )
        self.write(".gitattributes", "* filter=evil diff=evil merge=evil\n")
        # The same size as before, so that only its content tells whether it has changed.
        self.write("data/words.txt", "two\n")
