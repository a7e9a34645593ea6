"""Does the jobs of the rendering child: check a prompt with placeholders, or render it with real values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specrun.spec.render.later import Later, Named, named
from specrun.spec.render.pages import Bad, Page, Pages

Values = dict[str, Any]


class Jobs:
    """What the child keeps between jobs: compiled templates and the values that tasks of a spec share."""

    def __init__(self, ask: Callable[[str], dict[str, str]]) -> None:
        self._pages = Pages(ask)
        self._contexts: dict[int, Values] = {}
        self._compiled: dict[str, Page] = {}

    def context(self, number: int, values: Values) -> None:
        """Keep values that many jobs share."""
        self._contexts[number] = {key: named(key, value) for key, value in values.items()}

    def answer(self, job: Values) -> Values:
        """Answer {text, tasks, previous} of a job, or {error}."""
        try:
            pages = self._wanted(job)
            if job["kind"] == "check":
                return self._check(pages, job)
            text, _ = self._text(pages, job, job["tasks"], job["previous"])
            return {"text": text}
        except Bad as bad:
            return {
                "error": {
                    "code": bad.code,
                    "what": bad.what,
                    "fix": bad.fix,
                    "template": bad.place[0],
                    "line": bad.place[1],
                }
            }

    def _wanted(self, job: Values) -> list[Page]:
        return [self._page(source, template) for source, template in job["pages"]]

    def _page(self, source: str, template: str) -> Page:
        if not template:
            return self._pages.page(source, "")
        if template not in self._compiled:
            self._compiled[template] = self._pages.page(source, template)
        return self._compiled[template]

    def _check(self, pages: list[Page], job: Values) -> Values:
        asked: set[str] = set()
        text, uses = self._text(pages, job, _later(job["tasks"], asked, truth=True), previous=False)
        if asked:
            self._text(pages, job, _later(job["tasks"], set(), truth=False), previous=False)
        if "previous" in uses:
            for truth in (True, False):
                later = _later(job["tasks"], set(), truth=truth)
                self._text(pages, job, later, Later("previous", set()))
        return {"text": text, "tasks": "tasks" in uses, "previous": "previous" in uses}

    def _text(self, pages: list[Page], job: Values, tasks: Values, previous: Any) -> tuple[str, set[str]]:  # noqa: ANN401 - any JSON value
        values = {**self._contexts[job["context"]]}
        values |= {"with": named("with", job["with"]), "task": named("task", job["task"])}
        values |= {
            "tasks": named("tasks", tasks),
            "previous": previous if isinstance(previous, Later) else named("previous", previous),
        }
        text, uses = pages[0].render(values), set(pages[0].uses)
        if len(pages) > 1:
            values["task"] = Named("task", {**values["task"], "prompt": text})
            text = pages[1].render(values)
            uses |= pages[1].uses
        return text, uses


def _later(tasks: dict[str, list[str]], asked: set[str], *, truth: bool) -> Values:
    return {
        name: {word: Later(f"tasks.{name}.{word}", asked, truth=truth) for word in words}
        for name, words in tasks.items()
    }
