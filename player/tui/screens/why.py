"""Why this mix: what is believed, what moved that last, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.style import Style
from textual.widgets import Static

from player.playback.adapting import ONE_MIX, Why
from player.story.walking import Variant, base_language
from player.tui import keys, wording
from player.tui.screens.dialog import Dialog
from player.tui.scripted import key_of
from player.tui.widgets.ways import Ways

TALL_FROM: Final = 16
"""Height from which there is room for empty rows."""

FRAME: Final = 6
"""Rows of the dialog that are neither its text nor what can be done: borders and empty ones."""

WIDE_FROM: Final = 60
"""Width from which there is room for more than the fewest words."""
KEYS_WIDTH: Final = 6
OFF: Final = "kahani changes nothing by itself: that is off in the settings."


class Answer(StrEnum):
    """What the listener wants done about the mix."""

    PIN = "pin"
    UNPIN = "unpin"
    UNDO = "undo"
    SETTINGS = "settings"


class WhyScreen(Dialog[Answer | None]):
    """Is dismissed with what is to be done, or None. The sound goes on behind it.

    `variant` is what is heard, `is_set` says that the settings hold its mix; `follow` shows how
    things stand now.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(keys.WHY)

    sheet = getters.query_one(VerticalScroll)
    told = getters.query_one("#told", Static)
    ways = getters.query_one(Ways)

    def __init__(self, why: Why, variant: Variant, *, is_set: bool = False) -> None:
        super().__init__()
        self._why, self._variant, self._is_set = why, variant, is_set

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = "Why this mix?"
            box.border_subtitle = f"{key_of(self, 'why.close')} closes"
            with VerticalScroll(can_focus=False):
                yield Static(self._told(), id="told")
            yield Ways(self._offers())

    def on_resize(self) -> None:
        """Keep what can be done in view, and let the words above it scroll."""
        self.set_class(not self._is_roomy, "-compact")
        rows = len(tuple(self._offered()))
        frame = FRAME if self._is_roomy else 2
        self.sheet.styles.max_height = max(1, self.app.size.height * 9 // 10 - frame - rows)

    def on_click(self, event: Click) -> None:
        """Close, where beside the dialog is clicked."""
        if event.widget is self:
            self.action_close()

    def follow(self, why: Why, variant: Variant, *, is_set: bool = False) -> None:
        """Show how things stand now: the story went on behind the dialog."""
        self._why, self._variant, self._is_set = why, variant, is_set
        if self.is_mounted:
            self.told.update(self._told())
            self.ways.update(self._offers())
            self.on_resize()
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what does something."""
        return action != "answer" or parameters[0] in tuple(self._offered())

    def action_answer(self, answer: str) -> None:
        """Have something done about it."""
        self.dismiss(Answer(answer))

    def action_scroll(self, rows: int) -> None:
        """Scroll the words."""
        self.sheet.scroll_relative(y=rows, animate=False)

    def action_close(self) -> None:
        """Leave it as it is."""
        self.dismiss(None)

    @property
    def _is_roomy(self) -> bool:
        return self.app.size.height >= TALL_FROM and self.app.size.width >= WIDE_FROM

    @property
    def _language(self) -> str:
        return wording.language(base_language(self._variant.language))

    def _told(self) -> Content:
        return Content("\n\n" if self._is_roomy else "\n").join(self._parts())

    def _offers(self) -> Content:
        return Content("\n").join(self._way(answer) for answer in self._offered())

    def _parts(self) -> Iterator[Content]:
        why, quiet = self._why, "$foreground 75%"
        reason = why.sentence if why.is_on else OFF
        if not (why.is_on and why.is_said_twice):
            yield Content.styled(reason, "bold")
            yield Content(why.belief)
        else:
            yield Content.styled(why.belief, "bold")
        if why.cause:
            yield Content.styled(f"What moved that last: {_in_sentence(why.cause)}.", quiet)
        if why.is_on:
            by = "settings" if self._is_set else why.held
            is_only = why.is_only and not by
            told = ONE_MIX if is_only else wording.held(by, self._language)
            yield Content.styled(told, quiet)

    def _offered(self) -> Iterator[Answer]:
        why = self._why
        is_free = why.is_on and not self._is_set
        if is_free and why.held != "language":
            yield Answer.PIN
        if is_free and why.held:
            yield Answer.UNPIN
        if why.before is not None:
            yield Answer.UNDO
        if not is_free:
            yield Answer.SETTINGS

    def _way(self, answer: Answer) -> Content:
        key = key_of(self, f"why.{answer}")
        width = KEYS_WIDTH if self._is_roomy else KEYS_WIDTH - 2
        way = Content.assemble((f"{key:<{width}}", "bold $primary"), self._words(answer))
        return way.stylize(Style.from_meta({"@click": ("screen.answer", (answer.value,))}))

    def _words(self, answer: Answer) -> str:
        before = f"to {self._before}"
        more = f" in {self._language}" if self._is_roomy else ""
        return {
            Answer.PIN: f"keep this level in all stories{more}",
            Answer.UNPIN: "let kahani choose again",
            Answer.UNDO: f"{'take the last change back, ' if self._is_roomy else 'back '}{before}",
            Answer.SETTINGS: "the settings, to let it choose",
        }[answer]

    @property
    def _before(self) -> str:
        before = self._why.before or self._variant
        if base_language(before.language) == base_language(self._variant.language):
            return f"{wording.share(before.mix)} English"
        return wording.variant(base_language(before.language), before.mix)


def _in_sentence(cause: str) -> str:
    return cause[:1].lower() + cause[1:].rstrip(".")
