"""An app that shows encoded text and our own colours; what leaves it is real text."""

from __future__ import annotations

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.driver import Driver
from textual.notifications import SeverityLevel

from player.tui import keys
from player.tui.script import plain, show
from player.tui.themes import DEFAULTS, OURS


def key_of(node: DOMNode, name: str) -> str:
    """Return the name of the key that is bound to the id `name` now; empty without one."""
    app = node.app
    return app.key_of(name) if isinstance(app, ScriptedApp) else ""


class ScriptedApp(App[int]):
    """What our app is, whatever it shows."""

    def __init__(self, driver: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver)
        for theme in OURS:
            self.register_theme(theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give our own variables to themes that have none."""
        return dict(DEFAULTS)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key's name in ASCII words, the same on every screen."""
        return binding.key_display or keys.display(binding.key)

    def key_of(self, name: str) -> str:
        """Return the name of the first key of the binding with the id `name`; empty without one."""
        from player.tui.keys.binding import actions  # noqa: PLC0415 - not for the first picture

        declared = actions()[name].key
        key = (self._keymap.get(name) or declared).partition(",")[0]
        return "" if key == keys.UNBOUND else keys.display(key)

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a sentence in passing."""
        self.notify(show(text), severity=severity, markup=False)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy real text."""
        super().copy_to_clipboard(plain(text))

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return an SVG picture of the screen, with real text in it."""
        from player.tui.script.pictures import decode_svg  # noqa: PLC0415 - not for the first picture

        return decode_svg(super().export_screenshot(title=title, simplify=simplify))
