"""Listening: who speaks, what is said, what may be chosen, and an honest word on the sound."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType

from player.events import (
    ChoiceAwaited,
    ChoiceTaken,
    Event,
    NodeEntered,
    PositionJumped,
    StoryFinished,
    StoryOpened,
    VariantChanged,
)
from player.story.lines import line_at, word_at
from player.story.passages import Passage
from player.tui import keys, wording
from player.tui.messages import ChoicePicked, SeekRequested
from player.tui.screens.roomy import RoomyScreen
from player.tui.script import show
from player.tui.script.encoding import encode_with_offsets
from player.tui.situation import Situation
from player.tui.widgets.choices import Choices
from player.tui.widgets.end_panel import EndPanel
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.status import Status
from player.tui.widgets.timeline import TimeLine
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall
from player.tui.widgets.transcript import Showing, Transcript
from player.tui.wishes import Wishes

LOOKS_A_SECOND: Final = 20
SPEED_STEP: Final = 0.1


class ListeningScreen(RoomyScreen):
    """Shows what the controller tells, and asks the position 20 times a second."""

    CSS_PATH = "listening.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.LISTENING)

    title_bar = getters.query_one(TitleBar)
    transcript = getters.query_one(Transcript)
    choices = getters.query_one(Choices)
    end_panel = getters.query_one(EndPanel)
    timeline = getters.query_one(TimeLine)
    status = getters.query_one(Status)

    def __init__(self, wishes: Wishes) -> None:
        super().__init__()
        self._wishes = wishes
        self._situation = Situation()
        self._passage: Passage | None = None

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield TitleBar()
        yield Transcript()
        yield Choices()
        yield EndPanel()
        yield TimeLine()
        yield Status()
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Begin to ask the position."""
        self.set_interval(1 / LOOKS_A_SECOND, self.look)

    def tell(self, event: Event) -> None:
        """Show what happened."""
        self._situation.follow(event)
        match event:
            case StoryOpened():
                self._passage = None
                if (controller := self._wishes.controller) is not None:
                    self._situation.speed = controller.deck.speed
                    self._situation.volume = controller.deck.volume
                self.transcript.begin(event.passages, event.recap if event.is_resumed else ())
            case NodeEntered():
                self._enter(event)
            case ChoiceTaken():
                self.transcript.choose(f"You chose: {event.text}")
            case ChoiceAwaited(options):
                self.choices.offer(options)
            case StoryFinished():
                self.end_panel.end(event.endings_found, event.endings_total)
            case PositionJumped():
                self.look()
            case VariantChanged(language=language, mix=mix):
                self.notify(f"Now in {wording.variant(language, mix)}.", markup=False)
        self._settle()

    def look(self) -> None:
        """Show where the listener is; cheap when nothing has changed."""
        controller, passage = self._wishes.controller, self._passage
        if controller is None or passage is None or not passage.lines:
            return
        position_ms = controller.position_ms()
        self.timeline.show(position_ms)
        number = line_at(passage.lines, position_ms)
        line = passage.lines[number]
        word = word_at(line, position_ms)
        span = encode_with_offsets(line.text).span(word.start, word.end) if word else (0, 0)
        self.transcript.hear(number, span)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done."""
        if action == "choose":
            number = parameters[0]
            return isinstance(number, int) and number <= len(self.choices.options)
        if action == "take":
            return bool(self.choices.options)
        if action == "again":
            return self._situation.is_ended
        return True

    @on(ChoicePicked)
    def take_picked(self, message: ChoicePicked) -> None:
        """Take the choice that was clicked."""
        self._choose(message.index)

    @on(SeekRequested)
    def seek_there(self, message: SeekRequested) -> None:
        """Go where the time line was clicked."""
        self._wishes.wish(lambda c: c.seek_to(message.position_ms))

    def action_play_pause(self) -> None:
        """Play or pause; after an ending, hear it again."""
        self._wishes.wish(lambda c: c.toggle())

    def action_take(self) -> None:
        """Take the highlighted choice."""
        self._choose(self.choices.highlighted)

    action_again = action_play_pause

    def action_choose(self, number: int) -> None:
        """Take choice number `number`, from 1."""
        self._choose(number - 1)

    def action_move(self, step: int) -> None:
        """Move in the choices where there are any, else in the transcript."""
        if self.choices.options:
            self.choices.move(step)
        else:
            self.transcript.scroll_by(step)

    def action_seek(self, seconds: int) -> None:
        """Go forward or back in the clip."""
        self._wishes.wish(lambda c: c.seek_by(1000 * seconds))

    def action_previous_line(self) -> None:
        """Go to the line before."""
        self._wishes.wish(lambda c: c.previous_line())

    def action_next_line(self) -> None:
        """Go to the next line."""
        self._wishes.wish(lambda c: c.next_line())

    def action_replay(self) -> None:
        """Hear this line again."""
        self._wishes.wish(lambda c: c.replay_line())

    def action_back(self) -> None:
        """Step back one passage."""
        self._wishes.wish(lambda c: c.back())

    def action_forward(self) -> None:
        """Step forward one passage."""
        self._wishes.wish(lambda c: c.forward())

    def action_language(self) -> None:
        """Hear this line in the next language."""
        self._wishes.wish(lambda c: c.next_language())

    def action_mix(self, rungs: int) -> None:
        """Hear this line with more (1) or less (-1) English."""
        self._wishes.wish(lambda c: c.change_mix(rungs))

    def action_like(self) -> None:
        """Like the story: like, love, favorite, none."""
        self._wishes.wish(lambda c: c.like())

    def action_speed(self, step: int) -> None:
        """Hear slower (-1), faster (1) or as recorded (0)."""
        speed = self._situation.speed + SPEED_STEP * step if step else 1.0
        self._wishes.wish(lambda c: c.set_speed(round(speed, 1)))

    def action_volume(self, step: int) -> None:
        """Hear louder or softer."""
        if (controller := self._wishes.controller) is not None:
            controller.deck.set_volume(controller.deck.volume + step)

    def action_mute(self) -> None:
        """Fall mute, or sound again."""
        if (controller := self._wishes.controller) is not None:
            controller.deck.toggle_mute()

    def action_transcript(self) -> None:
        """Show all of the transcript, none, or this line only."""
        order = list(Showing)
        self.transcript.showing = order[(order.index(self.transcript.showing) + 1) % len(order)]
        showing = self.transcript.showing.value
        self._wishes.wish(lambda c: c.note("transcript_toggled", showing=showing))

    def action_translation(self) -> None:
        """Show the translation of this line, or hide it."""
        if (is_shown := self.transcript.translate()) is None:
            self.notify("There is no translation of this line.", markup=False)
        elif is_shown:
            self._wishes.wish(lambda c: c.note("translation_shown"))

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self.choices.options):
            key = self.choices.options[index].key
            self._wishes.wish(lambda c: c.choose(key))

    def _enter(self, event: NodeEntered) -> None:
        self._passage = event.passage
        self.end_panel.go_on()
        self.choices.offer(event.options)
        self.timeline.duration_ms = event.passage.duration_ms
        self.transcript.enter(event.passage, event.depth)
        self.look()

    def _settle(self) -> None:
        now = self._situation
        if not now.is_ended:
            self.end_panel.go_on()
        self.title_bar.left = show(now.title)
        spoken = wording.variant(now.language, now.mix)
        self.title_bar.right = f"{show(now.speaker)}  |  {spoken}" if now.speaker else spoken
        self.status.state, self.status.facts = now.state, now.facts
        self.refresh_bindings()
