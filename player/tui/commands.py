"""The command palette: everything that a key does, by name; and the themes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from textual.app import App, SystemCommand
from textual.screen import Screen

MOVES: Final = ("move", "page", "edge", "choose", "command_palette", "tell_way_out")
"""Actions that make no sense by name."""


def commands(app: App[int], screen: Screen[object]) -> Iterable[SystemCommand]:
    """Return what can be done on `screen` now, each once."""
    seen: set[str] = set()
    for node, binding, is_enabled, _ in screen.active_bindings.values():
        is_wish = binding.tooltip and not binding.action.startswith(MOVES)
        if is_enabled and is_wish and binding.action not in seen:
            seen.add(binding.action)
            name = binding.description.capitalize()
            act = partial(app.run_action, binding.action, node)
            yield SystemCommand(name, binding.tooltip, act)
    yield SystemCommand("Theme", "Other colours", app.search_themes)
