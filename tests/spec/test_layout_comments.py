"""Comments stay with what they are about, in the column that they had where that can be."""

from __future__ import annotations

import textwrap

import pytest

from specrun.spec.layout_lines import text_of
from specrun.spec.layout_tree import tree

CASES = {
    "what goes on below a comment gives way to a text that begins there": (
        """
        version: 1
        name: "a\\nb"  # one
                      # two
        vars:
          a: 'this: is
              broken   # no comment
            twice'  # three
        """,
        """
        version: 1
        # two
        name: |-      # one
          a
          b
        vars:
          a: 'this: is
            broken   # no comment
            twice'  # three
        """,
    ),
    "a key that is apart from its comment stays so, wherever it comes to stand": (
        """
        name: a
        # about versions

        version: 1
        """,
        """
        # about versions

        version: 1
        name: a
        """,
    ),
    "on the line of a sign of its own": (
        """
        a:
          b: 1
        ? # one
          c
        : 2

        ? d
        : # two
          [3] # three
        e: &n # four
        f: *n
        """,
        """
        a:
          b: 1
        # one
        c: 2

        # two
        d: [3] # three
        e: &n # four
        f: *n
        """.replace(" # three", "  # three").replace("&n #", "&n  #"),
    ),
    "of a file that says nothing": (
        "# one\n# yaml-language-server: $schema=x\n{}\n",
        "# yaml-language-server: $schema=x\n# one\n{}\n",
    ),
    "above what begins on the line of a dash": (
        """
        checks:
        -
          # one

          # two
          name: a
          run: b

        - # three
          # four
          run: d
          name: c
        """,
        """
        checks:
          # one

          # two
          - name: a
            run: b

          # three
          - name: c
            # four
            run: d
        """,
    ),
    "a comment as deep as the next key is about that, whatever stands in its column": (
        """
        a:  # one
            # two
            b: 1
        """,
        """
        a:  # one
          # two
          b: 1
        """,
    ),
    "the line for editors comes first, and its block with it": (
        """
        # Copyright
        # yaml-language-server: $schema=x
        name: a
        # which words
        version: 1
        """,
        """
        # yaml-language-server: $schema=x
        # Copyright

        # which words
        version: 1
        name: a
        """,
    ),
    "a comment apart from the first key is about the whole": (
        """
        # Who wrote this

        # about the name
        name: a
        version: 1
        """,
        """
        # Who wrote this

        version: 1
        # about the name
        name: a
        """,
    ),
    "comments at the end of a mapping stay in it": (
        """
        tasks:
            a:
                prompt: x
                # the end of a
            # the end of tasks
        # the end
        """,
        """
        tasks:
          a:
            prompt: x
            # the end of a
          # the end of tasks
        # the end
        """,
    ),
    "a comment that goes on below stays in its column": (
        """
        timeout: 1m     # one
                        # two
        name: a
        """,
        """
        name: a
        timeout: 1m     # one
                        # two
        """,
    ),
    "columns of comments move with their lines": (
        """
        vars:
            a: 1       # one
            bbb: 2     # two
            c: "x"# three
        """,
        """
        vars:
          a: 1       # one
          bbb: 2     # two
          c: x  # three
        """,
    ),
    "comments where nobody looks for them": (
        """
        vars: # one
          # two
          &v # three
          a: # four
            # five
            'x'   # six
          b: [ # seven
            1 # eight
            , # nine
            2
            # ten
          ] # eleven
          c: [
            # twelve
          ]
          d:
          - # thirteen
            - 1
          - { e: 2, # fourteen
            } # fifteen
        """,
        """
        # one
        # two
        vars: &v  # three
          # four
          # five
          a: x  # six
          b:   # seven
            - 1  # eight
            # nine
            - 2
            # ten
            # eleven
          # twelve
          c: []
          d:
            # thirteen
            - - 1
            # fifteen
            - e: 2    # fourteen
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_where_comments_go(before: str, after: str) -> None:
    first, wanted = (textwrap.dedent(text).removeprefix("\n") for text in (before, after))
    assert text_of(tree(first)) == wanted
    assert text_of(tree(wanted)) == wanted
