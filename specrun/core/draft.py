"""What was understood of a task list that people wrote, before it becomes a spec."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One task of a list.

    `id` is as specs want it, and unique. `prompt` is the whole text for the agent, `title` one line of it.
    `domain`, `complexity` (low, medium, high) and `model` are None where nothing tells them. `depends_on`
    holds ids of other items that are not done. `skill` is the name of a skill that the prompt asks for,
    without brackets or slash. `done` says that the list has it ticked; such items are no tasks. `box` is what
    stands behind the box of a checklist, as it is written there, and empty for any other list. `line` counts
    from 1.
    """

    id: str
    title: str
    prompt: str
    domain: str | None = None
    complexity: str | None = None
    model: str | None = None
    depends_on: tuple[str, ...] = ()
    skill: str = ""
    done: bool = False
    box: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A list that was read: its items in their order, those that are done included.

    `form` is one word for the way it was written: json, numbered, bullets, lines, commas, inline, checklist
    or speckit. `title` and `description` are what the list says about itself, or empty. `domains` are those
    of its open items that `specrun.yaml` does not declare, each with its keywords, in the order of first
    use. `notes` are sentences for people about what was left out or guessed.
    """

    items: tuple[Item, ...]
    form: str
    title: str = ""
    description: str = ""
    domains: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Item, ...]:
        """The items that are still to do."""
        return tuple(item for item in self.items if not item.done)
