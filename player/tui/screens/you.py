"""You: what is believed of each language over time, what was heard, and what was decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from player.errors import KahaniError
from player.tui import keys, wording
from player.tui.messages import StoryPicked
from player.tui.portrait import Believed, You
from player.tui.screens import you_words as words
from player.tui.screens.page import PageScreen
from player.tui.screens.you_panels import BeliefPanel, NumbersPanel
from player.tui.script import show
from player.tui.scripted import key_of
from player.tui.services import Services, Shelved
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall
from player.tui.workers import begin

if TYPE_CHECKING:
    from player.controller import PlaybackController
    from player.playback.adapting import Why


class Going(Protocol):
    """The app, as this screen sees it."""

    stories: Sequence[Shelved]
    network: str

    @property
    def controller(self) -> PlaybackController | None:
        """The controller; None until everything is open."""

    def now(self) -> datetime:
        """Return the time, with its time zone."""

    def wish(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        """Have the controller do something; what cannot be done is told in a toast."""

    def leave_you(self) -> None:
        """Go back to where one was."""


class YouScreen(PageScreen):
    """Shows one of: what is waited for, what went wrong, nothing yet, or one language."""

    CSS_PATH = "you.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.YOU)

    title_bar = getters.query_one(TitleBar)
    state = getters.query_one("#state", Static)
    belief = getters.query_one(BeliefPanel)
    numbers = getters.query_one(NumbersPanel)

    def __init__(self, going: Going, services: Services) -> None:
        super().__init__(classes="-empty")
        self._going = going
        self._services = services
        self._you: You | None = None
        self._language = ""
        self._has_failed = False

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield TitleBar()
        yield Static(words.READING, id="state", markup=False)
        with VerticalScroll(can_focus=False), Container(id="columns"):
            yield BeliefPanel()
            yield NumbersPanel()
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Name the screen, and begin with the language of the story that is open."""
        self.title_bar.left = "You"
        controller = self._going.controller
        if controller is not None and controller.session is not None:
            self._language = controller.session.variant.language.partition("-")[0]
        self.tell_network()

    def on_screen_resume(self) -> None:
        """Read what is known, anew each time one comes back."""
        begin(self, self._ask, group="wishes")

    def on_resize(self) -> None:
        """Wrap what is wrapped by hand anew."""
        self.call_after_refresh(self._show)

    def tell_network(self) -> None:
        """Say that the network is away, or no longer."""
        self.title_bar.right = self._going.network
        if not self.has_class("-empty"):
            self.numbers.tell_network(is_offline=bool(self._going.network))

    @property
    def believed(self) -> Believed | None:
        """The language that is told; None where there is none."""
        told = self._you.languages if self._you else ()
        return next((each for each in told if each.language == self._language), None)

    @property
    def placement(self) -> str:
        """The slug of what finds the level: in this language, else in the listener's."""
        placements = self._you.placements if self._you else {}
        usual = (self._services.settings.language or "").partition("-")[0]
        return placements.get(self._language or usual, "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what can be done."""
        is_told, why = self.believed is not None, self._why
        return {
            "again": self._has_failed,
            "language": self._you is not None and len(self._you.languages) > 1,
            "pin": is_told and self._held != "language" and _adapts(self._going.controller),
            "unpin": is_told and bool(self._held),
            "undo": why is not None and why.before is not None,
            "placement": bool(self.placement),
        }.get(action, True)

    def action_language(self, step: int) -> None:
        """Tell of another language, `step` places further."""
        codes = [each.language for each in self._you.languages] if self._you else []
        if codes:
            place = codes.index(self._language) if self._language in codes else 0
            self._language = codes[(place + step) % len(codes)]
            self._show()

    def action_pick(self, number: int) -> None:
        """Tell of the language that was clicked."""
        if self._you is not None and number < len(self._you.languages):
            self._language = self._you.languages[number].language
            self._show()

    def action_pin(self) -> None:
        """Keep the difficulty of this language as it is."""
        language = self._language
        self._wish(lambda c: c.pin(language))

    def action_unpin(self) -> None:
        """Let kahani choose again."""
        language = self._language
        self._wish(lambda c: c.unpin(language))

    def action_undo(self) -> None:
        """Take back the last change in the story that is open."""
        self._wish(lambda c: c.undo_switch())

    def action_placement(self) -> None:
        """Find the level of this language."""
        if slug := self.placement:
            self._going.leave_you()
            self.app.post_message(StoryPicked(slug))

    def action_again(self) -> None:
        """Read it once more."""
        self._say(words.READING)
        begin(self, self._ask, group="wishes")

    def action_close(self) -> None:
        """Go back to where one was."""
        self._going.leave_you()

    @property
    def _why(self) -> Why | None:
        return _why_so(self._going.controller, self._language)

    @property
    def _held(self) -> str:
        """Who decides: "language" or "story" where the listener does, else empty."""
        if self.believed is not None and self.believed.is_pinned:
            return "language"
        return self._why.held if self._why is not None else ""

    def _wish(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        async def do(controller: PlaybackController) -> None:
            await act(controller)
            await self._ask()

        self._going.wish(do)

    async def _ask(self) -> None:
        try:
            self._you = you = await self._services.you()
        except KahaniError as error:
            self._has_failed = True
            again = key_of(self, "you.again")
            self._say(words.FAILED.format(error=error, again=again))
            return
        self._has_failed = False
        if you.languages and self.believed is None:
            self._language = you.languages[0].language
        self._show()

    def _show(self) -> None:
        you = self._you
        if you is None or not self.is_attached or self._has_failed:
            return
        if you.is_empty:
            self._language = ""
            text = words.EMPTY.format(library=key_of(self, "app.library"))
            key = key_of(self, "you.placement")
            self._say(text + (words.PLACE.format(key=key) if self.placement else ""))
            return
        self.remove_class("-empty")
        self.call_after_refresh(self._tell, you)  # once it is laid out: some of it is wrapped here

    def _tell(self, you: You) -> None:
        if not self.is_attached:
            return
        now, believed = self._going.now(), self.believed
        if believed is not None:
            titles = {story.slug: story.title for story in self._going.stories}
            self.belief.tell(you, believed, titles, now)
            told = (
                words.moved(believed, titles, now),
                words.held(believed, self._held, is_on=_adapts(self._going.controller)),
            )
            self.belief.offer(told, list(self._offered(believed)))
        self.numbers.tell(you, believed)
        self.tell_network()
        self.refresh_bindings()

    def _offered(self, believed: Believed) -> Iterator[tuple[str, str, str]]:
        """Return what can be done: the key, the words, and the action."""
        name = wording.language(believed.language)
        before = self._why.before if self._why is not None else None
        offered = {
            "pin": f"keep this level in all stories in {name}",
            "unpin": "let kahani choose again",
            "undo": before and f"take it back: {wording.variant(before.language, before.mix)}",
            "placement": f"find my level in {name}, with a few short questions",
        }
        for action, told in offered.items():
            if told and self.check_action(action, ()):
                yield key_of(self, f"you.{action}"), show(told), f"screen.{action}"

    def _say(self, text: str) -> None:
        if not self.is_attached:
            return
        self.add_class("-empty")
        self.state.update(Content(show(text)))
        self.refresh_bindings()


def _adapts(controller: PlaybackController | None) -> bool:
    return controller is not None and controller.adapting.is_on


def _why_so(controller: PlaybackController | None, language: str) -> Why | None:
    """Return why the story that is open is heard so, where it is in this base language."""
    session = controller.session if controller is not None else None
    if controller is None or session is None:
        return None
    is_told = session.variant.language.partition("-")[0] == language
    return controller.adapting.why() if is_told else None
