"""Keys that every screen has, and those of the app below them all."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from player.tui.keys.naming import key

EVERYWHERE: Final = (
    key("app.library", "f2", "app.library", "library", "All stories; the sound is held"),
    key(
        "app.listening",
        "f3",
        "app.listening",
        "back to the story",
        "Back to the story being heard",
        shown=True,
    ),
    key(
        "app.help",
        "question_mark",
        "app.help",
        "help",
        "The keys of this screen",
        shown=True,
    ),
    key("app.you", "f5", "app.you", "you", "You: what you follow, and what you heard"),
    key("app.settings", "o", "app.settings", "settings", "Settings, and the keys themselves"),
    key("app.leave", "q", "app.leave", "leave", "Save the place and leave", shown=True),
)

APP: Final = (
    Binding(
        "ctrl+q",
        "app.leave",
        "leave now",
        show=False,
        priority=True,
        tooltip="Leave at once, from anywhere; saves too",
        id="app.leave-now",
    ),
    Binding(
        "ctrl+p",
        "command_palette",
        "commands",
        show=False,
        priority=True,
        tooltip="Every command, by name",
        id="app.commands",
    ),
    Binding(
        "ctrl+z",
        "suspend_process",
        "stop for now",
        show=False,
        priority=True,
        tooltip="Back to the shell; fg goes on",
        id="app.suspend",
    ),
    key("app.copy", "ctrl+c", "tell_way_out", "copy", "Copy what the mouse selected"),
)
