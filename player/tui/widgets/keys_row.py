"""The bottom row: the few most useful keys of the screen, from its bindings."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from player.tui import keys

EDGE = 2
GAP = 2


class KeysRow(Widget):
    """Shows as many keys as fit, help before all others; a click does what the key does."""

    DEFAULT_CSS = """
    KeysRow {
        dock: bottom;
        height: 1;
        background: $surface;
        color: $foreground 75%;
        link-style: none;
        link-color: $foreground 75%;
        link-background: $surface;
        link-style-hover: none;
        link-color-hover: $foreground;
        link-background-hover: $panel;
    }
    """

    def on_mount(self) -> None:
        """Follow the bindings, which change with what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """Return the row."""
        parts: list[Content] = [Content(" " * EDGE)]
        for binding in self._fitting():
            style = Style.from_meta({"@click": ("press", (binding.id,))})
            key = self.app.get_key_display(binding)
            parts.append(Content.assemble((f"{key}", "bold $primary"), f" {binding.description}"))
            parts[-1] = parts[-1].stylize(style)
            parts.append(Content(" " * GAP))
        return Content("").join(parts)

    async def action_press(self, name: str) -> None:
        """Do what the key with the id `name` does, where it is heard now."""
        for node, binding, is_enabled, _ in self.screen.active_bindings.values():
            if binding.id == name and is_enabled:
                await self.app.run_action(binding.action, node)
                return

    def _fitting(self) -> list[Binding]:
        room = self.size.width - 2 * EDGE + GAP
        wanted = list(_once(a.binding for a in self.screen.active_bindings.values() if a.enabled))
        declared = {getattr(b, "id", None): n for n, b in enumerate(self.screen.BINDINGS)}
        wanted.sort(key=lambda binding: declared.get(binding.id, -1))  # bound anew, it came last
        help_first = sorted(wanted, key=lambda binding: not binding.action.endswith("help"))
        kept: list[Binding] = []
        for binding in help_first:
            room -= cell_len(self.app.get_key_display(binding)) + 1
            room -= cell_len(binding.description) + GAP
            if room >= 0:
                kept.append(binding)
        return [binding for binding in wanted if binding in kept]


def _once(bindings: Iterable[Binding]) -> Iterable[Binding]:
    """Leave out the further keys of an action, and those that are not to be shown."""
    seen = set()
    for binding in bindings:
        if binding.show and binding.key != keys.UNBOUND and binding.action not in seen:
            seen.add(binding.action)
            yield binding
