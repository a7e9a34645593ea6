"""Finds out which form a task list has, and reads it into a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specrun.core.draft import Draft
from specrun.imports import checklist, inline, json_list, listed, loose, speckit
from specrun.imports.entry import Listing
from specrun.imports.items import drafted
from specrun.imports.page import Page, opened


def read(text: str, *, file: str, root: str, domains: Mapping[str, Sequence[str]]) -> Draft:
    """Answer what a list says, with ids, domains, complexities and edges.

    `file` is what messages call the list, `root` the absolute path of the repo, which folders of tasks must
    not leave. `domains` are those of `specrun.yaml` with their keywords, beside the built-in ones. Raises
    InvalidSpec with everything that cannot be understood.
    """
    page = opened(text, file)
    return drafted(page, _listing(page, root), domains)


def _listing(page: Page, root: str) -> Listing:
    if json_list.looks_like(page):
        return json_list.read(page, root)
    if checklist.has_boxes(page):
        return speckit.read(page) or checklist.read(page)
    form = listed.form_of(page)
    if form:
        return listed.read(page, form)
    return inline.read(page) or loose.read(page)
