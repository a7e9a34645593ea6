"""The canonical layout, seen: what careless files become."""

from __future__ import annotations

import textwrap

import pytest

from specrun.spec.layout_lines import bracketed, tall, text_of
from specrun.spec.layout_nodes import Branch, Entry, Leaf
from specrun.spec.layout_tree import tree


def laid(text: str) -> str:
    return text_of(tree(textwrap.dedent(text).removeprefix("\n")))


def dedented(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")


CARELESS = r"""
--- # What this is for


tasks :
    api:   # the heart of it
        prompt: "Add POST /login.\nTests must pass.\n"
        # two more tries
        retry: { strategy: resume,limit:   2 }
        checks:
        - { run: 'make test',   name: "all" }   # slow
        -   run: |
               ruff check .
               mypy .


            # what people call it
            name: lint
        depends_on: [
            schema, # the table first
            "docs"
        ]
        title: 'Add the login'
    # nothing to look at

    docs: {prompt: Write docs., title: Docs}



x-note:   kept
# the name of it
name: "auth"
version: 1   # of the vocabulary
vars: {who: "on",   port: '8080', path: 'a/b'}
# the end
"""

NEAT = r"""
# What this is for

version: 1   # of the vocabulary
# the name of it
name: auth
vars: {who: "on", port: '8080', path: a/b}
tasks:
  api:   # the heart of it
    title: Add the login
    depends_on:
      - schema  # the table first
      - docs
    # two more tries
    retry: {limit: 2, strategy: resume}
    checks:
      - {name: all, run: make test}           # slow
      # what people call it
      - name: lint
        run: |
          ruff check .
          mypy .
    prompt: |
      Add POST /login.
      Tests must pass.

  # nothing to look at

  docs: {title: Docs, prompt: Write docs.}

x-note: kept
# the end
"""


def test_a_careless_file_becomes_neat() -> None:
    assert laid(CARELESS) == dedented(NEAT)
    assert laid(NEAT) == dedented(NEAT)


CASES = {
    "tasks of one line each stay together": (
        """
        tasks:
          a: {prompt: x}

          b: {prompt: y}
          c: {prompt: z}
        """,
        """
        tasks:
          a: {prompt: x}

          b: {prompt: y}
          c: {prompt: z}
        """,
    ),
    "tasks of several lines stand apart": (
        """
        tasks:

          a:
            prompt: x
          # about b
          b: {prompt: y}


          c: {prompt: z}
        """,
        """
        tasks:
          a:
            prompt: x

          # about b
          b: {prompt: y}

          c: {prompt: z}
        """,
    ),
    "elsewhere empty lines are a matter of taste, one at a time": (
        """


        version: 1


        name: a
        timeout: 1m

        """,
        """
        version: 1

        name: a
        timeout: 1m
        """,
    ),
    "empty lines that belong to a text get no company": (
        """
        tasks:
          a:
            prompt: |+
              x

          b:
            prompt: |+
              y


        """,
        """
        tasks:
          a:
            prompt: |+
              x

          b:
            prompt: |+
              y


        """,
    ),
    "brackets over several lines become a block, those on one line stay": (
        """
        domains: {

        b: {keywords: [ z ]}, a: {

         max_workers: 1, keywords: [x,
          y]},
        }
        """,
        """
        domains:
          b: {keywords: [z]}

          a:
            keywords:
              - x
              - y
            max_workers: 1
        """,
    ),
    "what a task uses is set before it": (
        """
        tasks:
          a: {prompt: x, retry: &r {limit: 1}}
        x-env: &e {A: b}
        env: *e
        retry: *r
        name: a
        """,
        """
        name: a
        x-env: &e {A: b}
        env: *e
        tasks:
          a: {retry: &r {limit: 1}, prompt: x}
        retry: *r
        """,
    ),
    "names of anchors stay where they are": (
        """
        checks: &c
        - &one {name: a, run: b}
        - &two
          run: c
          name: d
        - *one
        x-k: &k name
        *k : a
        """,
        """
        x-k: &k name
        *k : a
        checks: &c
          - &one {name: a, run: b}
          - &two
            name: d
            run: c
          - *one
        """,
    ),
    "lists in lists": (
        """
        vars:
          x:
          - - a
            # about b
            - b
          -
            - c
          # about nothing
          -
        """,
        """
        vars:
          x:
            - - a
              # about b
              - b
            - - c
            # about nothing
            -
        """,
    ),
    "odd keys": (
        """
        ? "vars"   # one
        # two
        : {a, "b c": , [x: y]: z}
        """.replace("[x: y]: z", "'': z"),
        """
        # two
        vars: {a, b c, "": z}  # one
        """.replace('"": z', "'': z"),
    ),
    "nothing at all": ("{}   # one\n", "# one\n{}\n"),
    "everything in brackets": (
        "# one\n&a {name: a, version: 1} # two\n",
        "&a\n# one\n\nversion: 1\nname: a\n# two\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_layout(before: str, after: str) -> None:
    assert laid(before) == dedented(after)
    assert laid(after) == dedented(after)


def test_what_takes_more_than_a_line() -> None:
    leaf = Leaf("a", "", "a")
    flow = Branch(mapping=False, flow=True, column=-1, anchor="n", entries=[Entry(leaf)])
    assert bracketed(flow) == "&n [a]"
    assert not tall(flow)
    assert not tall(leaf)
    assert tall(Leaf("a\nb\n", '"', '"a\\nb\\n"'))
    assert tall(Branch(mapping=True, flow=False, column=0, entries=[Entry(leaf, key=leaf)]))
