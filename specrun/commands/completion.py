"""`specrun completion`: print the script that lets a shell complete command lines of specrun."""

from __future__ import annotations

import click

from specrun.commands import console
from specrun.commands.completing import answer
from specrun.errors import ExitCode


@click.command(short_help="Print what makes a shell complete command lines.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> ExitCode:
    """Print the script that lets a shell complete verbs, options, specs, tasks, labels, domains and checks.

    bash (4.4 or newer), in ~/.bashrc: eval "$(specrun completion bash)"

    zsh, in ~/.zshrc behind compinit: eval "$(specrun completion zsh)"

    fish, once: specrun completion fish > ~/.config/fish/completions/specrun.fish
    """
    console.out(answer(f"{shell}_source", {}))
    return ExitCode.OK
