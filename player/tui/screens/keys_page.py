"""The page of keys: every action with its keys, each of which can be bound anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from player.tui import keys
from player.tui.keys.binding import actions, first_clash, keys_of
from player.tui.screens.roomy import RoomyScreen
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.setting_list import Line, SettingList
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall
from player.tui.workers import begin

if TYPE_CHECKING:
    from player.tui.wishes import Setting

LABEL_WIDTH, NOTE_WIDTH = 44, 8
EVERYWHERE = "Everywhere"
FIRST = (EVERYWHERE, "Library", "Search", "Listening")


class KeysPage(RoomyScreen):
    """A key that is taken already is refused, in a sentence that says by what."""

    CSS_PATH = "settings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.KEYS_PAGE)

    title_bar = getters.query_one(TitleBar)
    setting_list = getters.query_one(SettingList)
    about = getters.query_one("#about", Static)

    def __init__(self, settled: Setting) -> None:
        """Take the app whose keys these are."""
        super().__init__()
        self._settled = settled
        self._actions = actions()
        self._complaint = ""

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield TitleBar()
        yield SettingList(label_width=LABEL_WIDTH, note_width=NOTE_WIDTH)
        yield Static(id="about", markup=False)
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Show the keys."""
        self.title_bar.left = "Settings: keys"
        self._fill()

    @on(SettingList.Highlighted)
    def look(self) -> None:
        """Tell about the action that is looked at."""
        self._complaint = ""
        self._tell()

    @on(SettingList.Picked)
    def action_bind(self) -> None:
        """Ask for a key to take the place of all that there are."""
        begin(self, partial(self._bind, ()), group="asking", exclusive=True)

    def action_bind_more(self) -> None:
        """Ask for one more key."""
        present = keys_of(self._actions[self._looked_at], self._settled.settings.keys)
        begin(self, partial(self._bind, present), group="asking", exclusive=True)

    def action_reset(self) -> None:
        """Take the usual keys again."""
        begin(self, partial(self._keep, self._looked_at, None), group="wishes", exclusive=True)

    def action_move(self, step: int) -> None:
        """Look at another action."""
        self.setting_list.move(step)

    def action_page(self, step: int) -> None:
        """Look at an action a page away."""
        self.setting_list.page(step)

    def action_edge(self, step: int) -> None:
        """Look at the first or the last action."""
        self.setting_list.move(step * len(self.setting_list.lines))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    @property
    def _looked_at(self) -> str:
        return self.setting_list.line.id

    async def _bind(self, present: Sequence[str]) -> None:
        from player.tui.screens.asking import PressScreen  # noqa: PLC0415 - when it is wanted

        name = self._looked_at
        pressed = await self.app.push_screen_wait(PressScreen(self._actions[name].tooltip))
        if pressed is not None:
            await self._keep(name, (*(key for key in present if key != pressed), pressed))

    async def _keep(self, name: str, pressed: tuple[str, ...] | None) -> None:
        chosen = dict(self._settled.settings.keys)
        chosen.pop(name, None)
        if pressed is not None:
            chosen[name] = pressed
        if clash := first_clash(chosen):
            self._complaint = f"Not bound: {clash.sentence}"
        else:
            self._complaint = await self._settled.change("keys", chosen or None)
        self._fill()

    def _fill(self) -> None:
        chosen = self._settled.settings.keys
        lines: list[Line] = []
        for group, names in groupby(sorted(self._actions, key=_order), key=_group):
            lines += [Line()] * bool(lines) + [Line(label=group)]
            lines += [
                Line(
                    id=name,
                    label=self._actions[name].tooltip,
                    value=_written(keys_of(self._actions[name], chosen)),
                    note="yours" if name in chosen else "",
                )
                for name in names
            ]
        self.setting_list.fill(lines)
        self._tell()
        self.refresh_bindings()

    def _tell(self) -> None:
        binding = self._actions[self._looked_at]
        usual = _written(tuple(binding.key.split(",")))
        parts = [
            Content(f"{binding.tooltip}."),
            Content(f"{binding.id} in config.toml; usually {usual}").stylize("$foreground 75%"),
        ]
        if self._complaint:
            parts[1] = Content(f"! {self._complaint}").stylize("bold $error")
        self.about.update(Content("\n").join(parts))


def _order(name: str) -> tuple[bool, int, str]:
    """Return what the page is sorted by: the great screens first, then all others by name."""
    group = _group(name)
    return group not in FIRST, FIRST.index(group) if group in FIRST else 0, group


def _group(name: str) -> str:
    first = name.partition(".")[0]
    return EVERYWHERE if first == "app" else first.capitalize()


def _written(names: Sequence[str]) -> str:
    return " ".join(keys.display(name) for name in names) or "(no key)"
