"""How the story stands, as the events tell it: what `where` says, and what `undo` goes back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from player.audio.output import PlaybackState
from player.events import (
    BookmarksChanged,
    ChoiceAwaited,
    ChoicesReady,
    ChoiceTaken,
    Event,
    HabitsChanged,
    NodeEntered,
    PassageHeard,
    PlaybackChanged,
    PositionJumped,
    ReactionChanged,
    SleepChanged,
    SpeedChanged,
    StoryFinished,
    StoryOpened,
    SwitchDropped,
    SwitchPlanned,
    VariantChanged,
    VolumeChanged,
)
from player.playback.holding import LINE_HEARD
from player.story.passages import Option
from player.story.walking import Variant


@dataclass(slots=True)
class Standing:
    """Follows the events. `asked` holds the choices while they are the listener's turn.

    `ready` says how much of the clip behind each is here, where that had to be fetched.

    `is_waiting` says that a passage was heard that asks nothing, and a command is to go on;
    `is_line_heard`, that the sound is held because a line was heard. Some things are set by those
    who do the commands: `slow_from` is the listener's own speed while a line is heard slowly,
    `going_to` says in words where a story is gone to that opens, and `is_asked_early` that the
    choices were told before their question was heard out.
    """

    slug: str = ""
    title: str = ""
    variant: Variant = field(default_factory=lambda: Variant(0.0, ""))
    planned: Variant | None = None
    asked: tuple[Option, ...] = ()
    options: tuple[Option, ...] = ()
    ready: Mapping[str, int | None] = field(default_factory=dict)
    percentage: float = 0.0
    endings_found: int = 0
    endings_total: int = 0
    reaction: str | None = None
    bookmarks: int = 0
    speed: float = 1.0
    volume: int = 100
    sleep_minutes: int | None = None
    habits: HabitsChanged = field(default_factory=lambda: HabitsChanged(True, False))
    playback: PlaybackState = PlaybackState.IDLE
    slow_from: float | None = None
    going_to: str = ""
    is_asked_early: bool = False
    is_line_heard: bool = False
    is_waiting: bool = False
    is_ended: bool = False

    def follow(self, event: Event) -> None:
        """Take in what happened."""
        match event:
            case StoryOpened():
                self._open(event)
            case NodeEntered():
                self.options, self.asked, self.is_asked_early = event.options, (), False
                self.percentage, self.ready = event.percentage, {}
                self.is_waiting = self.is_ended = False
            case ChoiceAwaited(options):
                self.asked, self.is_asked_early = options, False
            case ChoiceTaken():
                self.asked = ()
            case PassageHeard():
                self.is_waiting = True
            case StoryFinished():
                self.is_ended, self.percentage = True, 100.0
                self.endings_found, self.endings_total = event.endings_found, event.endings_total
            case VariantChanged(language, mix, title):
                self.variant, self.title, self.planned = Variant(mix, language), title, None
            case SwitchPlanned(language, mix):
                self.planned = Variant(mix, language)
            case SwitchDropped():
                self.planned = None
            case _:
                self._follow_sound(event)

    def _open(self, event: StoryOpened) -> None:
        self.slug, self.title = event.slug, event.title
        self.variant, self.planned = Variant(event.mix, event.language), None
        self.asked = self.options = ()
        self.reaction, self.bookmarks = event.reaction, event.bookmarks
        self.endings_found, self.endings_total = event.endings_found, event.endings_total
        self.is_waiting = self.is_ended = False

    def _follow_sound(self, event: Event) -> None:
        match event:
            case PositionJumped():
                self.is_asked_early = False
            case PlaybackChanged(state, reason):
                self.playback = state
                self.is_line_heard = state is PlaybackState.PAUSED and reason == LINE_HEARD
                if state is not PlaybackState.FINISHED:
                    self.is_waiting = self.is_ended = False
            case SpeedChanged(speed):
                self.speed = speed
            case VolumeChanged(volume, is_muted):
                self.volume = 0 if is_muted else volume
            case ChoicesReady(percent):
                self.ready = percent
            case _:
                self._follow_habits(event)

    def _follow_habits(self, event: Event) -> None:
        match event:
            case ReactionChanged(reaction):
                self.reaction = reaction
            case BookmarksChanged(count):
                self.bookmarks = count
            case SleepChanged(minutes_left):
                self.sleep_minutes = minutes_left
            case HabitsChanged():
                self.habits = event
            case _:
                pass
