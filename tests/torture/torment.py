"""Kills specrun, shims, what forks them, or the tmux server at random moments until an apply gets through."""

from __future__ import annotations

import random
import subprocess

from tests.torture.arena import LIMIT, Arena, kill, strike


def specruns(arena: Arena, chance: random.Random, kills: int, spread: int) -> int:
    """Kill apply after apply; the last one is left in peace. Answers how many were killed."""
    done = 0
    while done < kills:
        apply = arena.apply()
        if not strike(arena, apply, chance, spread):
            break
        apply.kill()
        apply.wait(LIMIT)
        done += 1
    arena.finish()
    return done


def shims(arena: Arena, chance: random.Random, kills: int, spread: int) -> int:
    """Kill random shims under a running apply. Answers how many were killed."""
    done = 0
    apply = arena.apply()
    while done < kills and strike(arena, apply, chance, spread):
        running = arena.shims()
        done += bool(running) and kill(chance.choice(running))
    apply.wait(LIMIT)
    return done


def forkservers(arena: Arena, chance: random.Random, kills: int, spread: int) -> int:
    """Kill the processes that fork shims under a running apply. Answers how many were killed."""
    done = 0
    apply = arena.apply()
    while done < kills and strike(arena, apply, chance, spread):
        done += sum(map(kill, arena.forkservers()))
    apply.wait(LIMIT)
    return done


def servers(arena: Arena, chance: random.Random, kills: int, spread: int) -> int:
    """End the tmux server under running shims, by force or by its own command. Answers how often."""
    done = 0
    apply = arena.apply()
    while done < kills and strike(arena, apply, chance, spread):
        server = arena.tmux("display-message", "-p", "#{pid}")
        if not server.isdecimal() or not arena.shims():
            continue
        if chance.random() < 0.5:
            done += kill(int(server))
        else:
            arena.tmux("kill-server")
            done += 1
    apply.wait(LIMIT)
    return done


def tidy(arena: Arena) -> None:
    """End what a broken test may have left: the server with all of its windows."""
    try:
        arena.tmux("kill-server")
    except subprocess.SubprocessError:
        return
