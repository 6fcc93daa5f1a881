"""Listening: who speaks, what is said, what may be chosen, and an honest word on the sound."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from player.events import (
    ChoiceAwaited,
    ChoicesReady,
    ChoiceTaken,
    Event,
    NodeEntered,
    PlaceOffered,
    PositionJumped,
    StoryFinished,
    StoryOpened,
    StoryRated,
)
from player.story.lines import line_at, word_at
from player.tui import keys, wording
from player.tui.captions.caption import Caption
from player.tui.fallbacks import fallbacks
from player.tui.ink import voice_mark, voice_style
from player.tui.messages import ChoicePicked, SeekRequested
from player.tui.screens.listening.captioning import CaptionActions
from player.tui.screens.listening.finding import FindActions
from player.tui.screens.listening.marks import MarkActions
from player.tui.screens.listening.placing import PlacingActions
from player.tui.screens.listening.sound import SoundActions
from player.tui.screens.listening.why import FELT, WhyActions
from player.tui.script import show
from player.tui.script.encoding import encode_with_offsets
from player.tui.scripted import key_of
from player.tui.widgets.choices import Choices
from player.tui.widgets.end_panel import EndPanel
from player.tui.widgets.fader import Fader
from player.tui.widgets.find_bar import FindBar
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.placement_end import PlacementEnd
from player.tui.widgets.status import Status
from player.tui.widgets.timeline import TimeLine
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall
from player.tui.widgets.transcript import Transcript

LOOKS_A_SECOND: Final = 20
FADER_FROM: Final = 60
"""Width from which the fader is drawn, not only told."""


class ListeningScreen(
    PlacingActions, SoundActions, WhyActions, FindActions, MarkActions, CaptionActions
):
    """Shows what the controller tells, and asks the position 20 times a second."""

    CSS_PATH = "listening.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.LISTENING)

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        with Horizontal(id="top"):
            yield TitleBar()
            yield Fader()
        yield Transcript()
        yield Choices()
        yield EndPanel()
        yield PlacementEnd()
        yield Caption()
        yield FindBar()
        yield TimeLine()
        yield Status()
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Begin to ask the position."""
        self.set_interval(1 / LOOKS_A_SECOND, self.look)

    def on_resize(self) -> None:
        """Draw the fader where there is room for it."""
        self.fader.is_compact = self.size.width < FADER_FROM

    def tell(self, event: Event) -> None:
        """Show what happened."""
        self._situation.follow(event)
        event = self._as_heard(event)
        match event:
            case StoryOpened():
                self._is_held = False
                self._open(event)
            case NodeEntered():
                self._enter(event)
            case ChoiceTaken(text=text, share=share, correct=correct):
                self.transcript.choose(wording.chosen(text, percent=share, is_right=correct))
            case ChoiceAwaited(options):
                self.choices.offer(options)
            case ChoicesReady(percent):
                self.choices.know(percent)
            case StoryFinished():
                self._end(event)
            case StoryRated(sentence=sentence):
                self.end_panel.thank(sentence)
            case PositionJumped():
                self.look()
            case PlaceOffered():
                self.offer(event)
            case _:
                self._announce(event)
        self._settle()

    def look(self) -> None:
        """Show where the listener is; cheap when nothing has changed."""
        controller, passage = self._wishes.controller, self._passage
        if controller is None or passage is None or not passage.lines:
            return
        if not (self.display and self.app.is_running):  # taken down, part after part
            return
        position_ms = controller.position_ms()
        self.timeline.show(position_ms)
        if self.transcript.manuscript.is_veiled:
            return
        number = line_at(passage.lines, position_ms)
        if number != self.transcript.line and self._situation.is_slow:
            self._situation.move_on()
            self._settle()
        line = passage.lines[number]
        word = word_at(line, position_ms)
        span = encode_with_offsets(line.text).span(word.start, word.end) if word else (0, 0)
        self.transcript.hear(number, span)
        self._caption(line, word)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done."""
        if not self._is_offered(action):
            return False
        now = self._situation
        if action == "choose":
            number = parameters[0]
            offered = len(FELT) if self.end_panel.asks else len(self.choices.options)
            return isinstance(number, int) and number <= offered
        return {
            "take": bool(self.choices.options),
            "again": now.is_ended,
            "mix": len(self.fader.rungs) > 1,
            "find_on": self.can_find_on,
        }.get(action, True)

    @on(ChoicePicked)
    def take_picked(self, message: ChoicePicked) -> None:
        """Take the choice that was clicked."""
        self._choose(message.index)

    @on(SeekRequested)
    def seek_there(self, message: SeekRequested) -> None:
        """Go where the time line, or a line, was clicked."""
        self._wish(lambda c: c.seek_to(message.position_ms))

    def action_take(self) -> None:
        """Take the highlighted choice."""
        self._choose(self.choices.highlighted)

    def action_again(self) -> None:
        """Hear the story again after an ending."""
        self.action_play_pause()

    def action_choose(self, number: int) -> None:
        """Take choice number `number`, from 1; after the end, say how it was."""
        if self.end_panel.asks:
            self._rate(number)
        else:
            self._choose(number - 1)

    def action_move(self, step: int) -> None:
        """Move in the choices where there are any, else in the transcript."""
        if self.choices.options:
            self.choices.move(step)
        else:
            self.transcript.scroll_by(step)

    def _choose(self, index: int) -> None:
        passage = self._passage
        if passage is not None and 0 <= index < len(self.choices.options):
            key, at = self.choices.options[index].key, passage.node_id
            self._wish(lambda c: c.choose(key, at=at))

    def _open(self, event: StoryOpened) -> None:
        self._passage = None
        voices: dict[str, int] = {}
        if (controller := self._wishes.controller) is not None:
            now, habits = self._situation, controller.habits
            now.speed, now.volume = controller.deck.speed, controller.deck.volume
            now.auto_play, now.pause_after_line = habits.auto_play, habits.pause_after_line
            if (session := controller.session) is not None:
                voices = {slug: n for n, slug in enumerate(session.story.characters, 1)}
        self.transcript.begin(event.passages, event.recap, voices)

    def _enter(self, event: NodeEntered) -> None:
        self._passage = event.passage
        self.end_panel.go_on()
        self.choices.offer(event.options)
        self.choices.know({})
        self.timeline.duration_ms = event.passage.duration_ms
        notes = fallbacks(event.passage, self._situation.variant)
        self.transcript.enter(event.passage, event.depth, notes, veil=self._veil())
        self.look()

    def _end(self, event: StoryFinished) -> None:
        if self.is_placement:
            self._end_placement()
        else:
            self.end_panel.end(event.endings_found, event.endings_total, asks=self.may_rate)

    def _settle(self) -> None:
        now = self._situation
        now.toggle_key = key_of(self, "listening.toggle")
        if not now.is_ended:
            self.end_panel.go_on()
        self.title_bar.left = self._heading or show(now.title)
        self._name_speaker()
        self._settle_fader()
        self._settle_why()
        self.status.state, self.status.facts = now.state, now.facts
        self.refresh_bindings()

    def _name_speaker(self) -> None:
        if self.is_placement or self._passage is None or not self._passage.speaker:
            self.title_bar.right = self.progress
            return
        voice = self.transcript.manuscript.voice(self._passage)
        self.title_bar.right = f"{voice_mark(voice)} {show(self._passage.speaker)}"
        self.title_bar.tint = f"${voice_style(voice)}"
