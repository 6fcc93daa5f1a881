"""Settings: every field with its value, what it does, and who named it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from player.tui import keys
from player.tui.fields import Field, Kind, fields
from player.tui.screens.roomy import RoomyScreen
from player.tui.script import show
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.setting_list import Line, SettingList
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall
from player.tui.workers import begin

if TYPE_CHECKING:
    from player.tui.wishes import Setting

LABEL_WIDTH, NOTE_WIDTH = 22, 24


class SettingsScreen(RoomyScreen):
    """Each change takes effect at once and is written down; what stands against it is said."""

    CSS_PATH = "settings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.SETTINGS)

    title_bar = getters.query_one(TitleBar)
    setting_list = getters.query_one(SettingList)
    about = getters.query_one("#about", Static)

    def __init__(self, settled: Setting) -> None:
        """Take the app whose settings these are."""
        super().__init__()
        self._settled = settled
        self._fields = {field.name: field for field in fields(settled.stories)}
        self._complaint = ""
        self._turn = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield TitleBar()
        yield SettingList(label_width=LABEL_WIDTH, note_width=NOTE_WIDTH)
        yield Static(id="about", markup=False)
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Show the settings, and follow what changes them elsewhere."""
        self.title_bar.left = "Settings"
        self._settled.settings_changed.subscribe(self, lambda _: self._fill())
        self._fill()

    @property
    def field(self) -> Field:
        """The setting that is looked at."""
        return self._fields[self.setting_list.line.id]

    @on(SettingList.Highlighted)
    def look(self) -> None:
        """Tell about the setting that is looked at."""
        self._complaint = ""
        self._tell()
        self.refresh_bindings()

    @on(SettingList.Stepped)
    def step_clicked(self, message: SettingList.Stepped) -> None:
        """Do what the arrow that was clicked does."""
        self.action_step(message.step)

    @on(SettingList.Picked)
    def pick_clicked(self) -> None:
        """Do what enter does."""
        self.action_change()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what can be done with this setting."""
        if not self.is_mounted or action not in ("step", "change", "switch", "reset"):
            return True
        if self.field.name in self._settled.settings.held:
            return False
        kind = self.field.kind
        if action == "reset":
            return kind is not Kind.PAGE
        if action == "change":
            return kind is not Kind.SWITCH
        return kind in (Kind.CHOICE, Kind.SWITCH, Kind.NUMBER)

    def action_move(self, step: int) -> None:
        """Look at another setting."""
        self.setting_list.move(step)

    def action_page(self, step: int) -> None:
        """Look at a setting a page away."""
        self.setting_list.page(step)

    def action_edge(self, step: int) -> None:
        """Look at the first or the last setting."""
        self.setting_list.move(step * len(self.setting_list.lines))

    def action_step(self, step: int) -> None:
        """Change the value by a step."""
        if self.field.kind in (Kind.NAMES, Kind.PAGE):
            self.action_change()
        else:
            begin(self, partial(self._step, self.field, step), group="wishes")

    def action_switch(self) -> None:
        """Turn it on or off, or take the value after."""
        self.action_step(1)

    def action_change(self) -> None:
        """Take the value after, or ask for one."""
        begin(self, partial(self._ask, self.field), group="asking", exclusive=True)

    def action_reset(self) -> None:
        """Take the usual value again."""
        begin(self, partial(self._keep, self.field, None), group="wishes")

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()

    async def _step(self, field: Field, step: int) -> None:
        """Go on from what the step before has come to: keys are pressed faster than kept."""
        async with self._turn:
            await self._keep(field, field.stepped(self._value(field), step))

    async def _keep(self, field: Field, value: Any) -> None:
        self._complaint = await self._settled.change(field.name, value)
        self._fill()

    async def _ask(self, field: Field) -> None:
        """Have a value chosen or typed, in the way of its kind, and keep it."""
        from player.tui.screens import asking  # noqa: PLC0415 - each when it is wanted

        value = self._value(field)
        if field.name in self._settled.settings.held:
            await self._keep(field, value)  # which says why it cannot be
        elif field.kind is Kind.PAGE:
            from player.tui.screens.keys_page import KeysPage  # noqa: PLC0415 - see above

            await self.app.push_screen(KeysPage(self._settled))
        elif field.kind is Kind.NAMES:
            ticked = await self.app.push_screen_wait(
                asking.TicksScreen(field.label, field.values, value)
            )
            if ticked != value:
                await self._keep(field, ticked or None)
        elif field.kind is Kind.NUMBER:
            typed = await self.app.push_screen_wait(asking.TypedScreen(field, value))
            if typed is not None:
                await self._keep(field, typed[0])
        else:
            await self._keep(field, field.stepped(value, 1))

    def _value(self, field: Field) -> Any:
        value = getattr(self._settled.settings, field.name)
        return self._settled.theme if field.name == "theme" else value

    def _fill(self) -> None:
        if self not in self.app.screen_stack:  # closed while a change was being kept
            return
        lines: list[Line] = []
        group = ""
        for field in self._fields.values():
            if field.group != group:
                group = field.group
                lines += [Line()] * bool(lines) + [Line(label=group)]
            lines.append(self._line(field))
        self.setting_list.fill(lines)
        self._tell()
        self.refresh_bindings()

    def _line(self, field: Field) -> Line:
        settings = self._settled.settings
        if field.kind is Kind.PAGE:
            count = len(settings.keys)
            words = f"{count} of your own" if count else "the usual ones"
        else:
            words = field.words(self._value(field))
        is_held = field.name in settings.held
        return Line(
            id=field.name,
            label=field.label,
            value=words,
            note=settings.sources.get(field.name, ""),
            is_stepped=not is_held and field.kind in (Kind.CHOICE, Kind.NUMBER, Kind.SWITCH),
        )

    def _tell(self) -> None:
        settings, field = self._settled.settings, self.field
        source = settings.sources.get(field.name, "")
        if field.name in settings.held:
            origin = f"{source} in the environment holds this: unset it to change it here."
        elif source:
            origin = f"From {source}. {self._settled.key_of('settings.reset')}: the usual value."
        else:
            origin = "The usual value."
        parts = [Content(field.about), Content(origin).stylize("$foreground 75%")]
        if self._complaint:
            parts[1] = Content(show(f"! {self._complaint}")).stylize("bold $error")
        self.about.update(Content("\n").join(parts))
