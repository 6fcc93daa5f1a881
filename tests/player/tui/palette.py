"""The command palette, as somebody uses it who looks before they press enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import CommandInput, CommandList, CommandPalette

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor


async def take(visitor: Visitor, words: str) -> None:
    """Type into the palette that was opened, and take what is found by all that was typed."""

    def is_open() -> bool:
        return isinstance(visitor.app.focused, CommandInput)

    def is_found() -> bool:
        found = visitor.app.screen.query_one(CommandList).highlighted_option
        typed = visitor.app.screen.query_one(CommandInput).value
        return typed == words and found is not None and words in str(found.prompt).lower()

    await visitor.until(is_open)
    await visitor.press(*words)
    await visitor.until(is_found)
    await visitor.press("enter")
    await visitor.until(lambda: not isinstance(visitor.app.screen, CommandPalette))
