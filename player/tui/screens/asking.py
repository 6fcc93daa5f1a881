"""What the settings ask over themselves: names to tick, a number to type, a key to press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from player.tui import keys
from player.tui.fields import Field
from player.tui.script import show
from player.tui.scripted import key_of
from player.tui.widgets.setting_list import Line, SettingList

Names: TypeAlias = tuple[str, ...]


class TicksScreen(ModalScreen[Names]):
    """Is dismissed with the names that are ticked, in the order in which they were."""

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.TICKS)
    AUTO_FOCUS = ""

    setting_list = getters.query_one(SettingList)

    def __init__(self, title: str, offered: Sequence[str], ticked: Names) -> None:
        """Offer names; those that are ticked are offered even where no story has them."""
        super().__init__()
        self._title = title
        self._offered = tuple(dict.fromkeys((*offered, *ticked)))
        self._ticked = list(ticked)

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = f"{self._title}, the best liked first"
            box.border_subtitle = (
                f"{key_of(self, 'ticks.tick')} ticks, {key_of(self, 'ticks.close')} is done"
            )
            yield SettingList(label_width=44, note_width=0)
            if not self._offered:
                yield Static("No story names one.", markup=False)

    def on_mount(self) -> None:
        """Show the names."""
        self._fill()

    def on_click(self, event: events.Click) -> None:
        """Be done, where beside the dialog is clicked."""
        if event.widget is self:
            self.action_close()

    @on(SettingList.Picked)
    def action_tick(self) -> None:
        """Tick, or take the tick away."""
        name = self.setting_list.line.id
        if name in self._ticked:
            self._ticked.remove(name)
        elif name:
            self._ticked.append(name)
        self._fill()

    def action_move(self, step: int) -> None:
        """Look at another name."""
        self.setting_list.move(step)

    action_page = action_move

    def action_edge(self, step: int) -> None:
        """Look at the first or the last name."""
        self.setting_list.move(step * len(self._offered))

    def action_close(self) -> None:
        """Be done."""
        self.dismiss(tuple(self._ticked))

    def _fill(self) -> None:
        self.setting_list.fill([self._line(name) for name in self._offered])

    def _line(self, name: str) -> Line:
        mark = str(self._ticked.index(name) + 1) if name in self._ticked else " "
        return Line(id=name, label=name, value=f"[{mark}]")


class Entry(Input):
    """A line to type in."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.TYPED)

    def on_mount(self) -> None:
        """Keep the cursor still where nothing is to move."""
        self.cursor_blink = self.app.animation_level != "none"


class TypedScreen(ModalScreen[tuple[Any] | None]):
    """Is dismissed with the value in a tuple, or with None: leave it as it was."""

    CSS_PATH = "asking.tcss"

    entry = getters.query_one(Entry)
    complaint = getters.query_one("#complaint", Static)

    def __init__(self, field: Field, value: Any) -> None:
        super().__init__()
        self._field = field
        self._value = value

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = self._field.label
            box.border_subtitle = f"enter takes it, {key_of(self, 'typed.close')} leaves it"
            yield Static(self._field.about, markup=False)
            yield Entry("" if self._value is None else f"{self._value:g}", select_on_focus=True)
            yield Static(id="complaint", markup=False)

    def on_click(self, event: events.Click) -> None:
        """Leave it, where beside the dialog is clicked."""
        if event.widget is self:
            self.action_close()

    @on(Input.Submitted)
    def take(self) -> None:
        """Take what was typed, or say what is wrong with it."""
        try:
            value = self._field.typed(self.entry.value)
        except ValueError as error:
            self.complaint.update(Content(f"! {error}"))
        else:
            self.dismiss((value,))

    def action_close(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)


class PressScreen(ModalScreen[str | None]):
    """Is dismissed with the key that was pressed, or with None for escape or a click."""

    CSS_PATH = "asking.tcss"
    AUTO_FOCUS = ""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = "Press the new key"
            box.border_subtitle = "esc leaves it as it is"
            yield Static(Content(show(self._what)), markup=False)

    def on_key(self, event: events.Key) -> None:
        """Take whatever is pressed."""
        event.stop()
        event.prevent_default()
        self.dismiss(None if event.key == "escape" else event.key)

    def on_click(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)
