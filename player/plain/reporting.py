"""What happened, passed on to the teller: which words each event is worth, and which none."""

from __future__ import annotations

from collections.abc import Callable

from player.audio.output import PlaybackState
from player.events import (
    BUFFERING,
    CONNECTING,
    ChoiceAwaited,
    ChoicesReady,
    ChoiceTaken,
    Event,
    HabitsChanged,
    MixDecided,
    NodeEntered,
    Notice,
    PassageHeard,
    PlaceOffered,
    PlaybackChanged,
    PositionJumped,
    ReactionChanged,
    SleepChanged,
    SpeedChanged,
    StoryFinished,
    StoryOpened,
    StoryRated,
    SwitchDropped,
    SwitchPlanned,
    SyncChanged,
    VariantChanged,
    VolumeChanged,
)
from player.plain import remarks
from player.plain.asking import Asking
from player.plain.remarks import Remark
from player.plain.standing import Standing
from player.plain.tellers import Teller
from player.plain.telling import Telling
from player.playback.holding import LINE_HEARD


class Report:
    """Tells each event, in order, and lets the standing follow it."""

    def __init__(
        self,
        teller: Teller,
        telling: Telling,
        asking: Asking,
        standing: Standing,
        *,
        can_rate: Callable[[], bool],
    ) -> None:
        self._can_rate = can_rate
        self._teller = teller
        self._asking = asking
        self._telling = telling
        self._now = standing
        self._is_switched = False
        self._held: str | None = None
        self._is_loading = False
        self._is_offline = False
        self._rung = 0

    def tell(self, event: Event) -> None:
        """Tell what happened."""
        match event:
            case StoryOpened():
                self._open(event)
            case NodeEntered():
                self._enter(event)
            case ChoiceTaken():
                self._teller.taken(event)
            case ChoiceAwaited(options=options):
                self._telling.rest()
                if not self._now.is_asked_early:
                    self._asking.ask(options, self._now.ready)
            case StoryFinished():
                self._telling.rest()
                self._teller.finished(event, can_rate=self._can_rate())
            case Notice():
                self._teller.noticed(event)
            case _:
                self._tell_change(event)
        self._now.follow(event)

    def _open(self, event: StoryOpened) -> None:
        where, self._now.going_to = self._now.going_to, ""
        if where:
            self._teller.gone_to(event, where)
        else:
            self._teller.opened(event)

    def _enter(self, event: NodeEntered) -> None:
        is_same = self._is_switched and self._telling.is_at(event.passage.node_id)
        self._is_switched = False
        if is_same:
            self._teller.entered_again(event)
        else:
            self._teller.entered(event)
        self._telling.enter(event.passage, event.start_ms)

    def _tell_change(self, event: Event) -> None:
        match event:
            case PlaybackChanged(state, reason):
                self._tell_playback(state, reason)
            case PositionJumped(position_ms):
                self._say(remarks.jumped(position_ms))
                self._telling.jump(position_ms, is_told=self._rung <= 1)
            case VariantChanged():
                self._is_switched = True
                self._say(remarks.variant(event))
            case MixDecided():
                self._say(remarks.decided(event))
            case SwitchPlanned(language, mix):
                self._say(remarks.planned(language, mix))
            case SwitchDropped():
                self._say(remarks.dropped(self._now.variant.language, self._now.variant.mix))
            case PassageHeard():
                self._telling.rest()
                self._say(remarks.passage_heard())
            case SpeedChanged(speed):
                self._tell_speed(speed)
            case VolumeChanged():
                self._say(remarks.volume(event))
            case _:
                self._tell_habit(event)

    def _tell_habit(self, event: Event) -> None:
        match event:
            case ReactionChanged(reaction):
                self._say(remarks.reaction(reaction))
            case StoryRated():
                self._say(remarks.rated(event))
            case SyncChanged():
                self._say(remarks.sync(event, was_offline=self._is_offline))
                self._is_offline = event.is_offline
            case PlaceOffered():
                self._say(remarks.offered(event))
            case ChoicesReady(percent):
                self._say(remarks.ready(percent))
            case HabitsChanged():
                if event.auto_play != self._now.habits.auto_play:
                    self._say(remarks.auto_play(event))
                if event.pause_after_line != self._now.habits.pause_after_line:
                    self._say(remarks.pause_after_line(event))
            case SleepChanged(minutes_left):
                before = self._now.sleep_minutes
                is_countdown = before is not None and before - 1 == minutes_left
                self._say(remarks.sleep(minutes_left, in_words=not is_countdown))
            case _:
                pass

    def _tell_speed(self, speed: float) -> None:
        """Tell the speed, but not the rungs on which a line is heard slowly."""
        own = self._now.slow_from
        self._say(remarks.speed(speed, in_words=own is None))
        self._rung = 0 if own is None else self._rung + 1
        if speed == own:
            self._now.slow_from = None

    def _tell_playback(self, state: PlaybackState, reason: str) -> None:
        was_loading = self._is_loading
        self._is_loading = state is PlaybackState.LOADING and reason.startswith(
            (CONNECTING, BUFFERING)
        )
        if self._is_loading:
            self._say(remarks.loading(reason, in_words=not was_loading))
        elif state is PlaybackState.FINISHED:
            self._telling.rest()
        elif state is PlaybackState.PAUSED:
            self._held = reason
            self._say(remarks.paused(reason, in_words=reason != LINE_HEARD))
        elif state is PlaybackState.PLAYING:
            self._tell_playing(reason)

    def _tell_playing(self, how: str) -> None:
        self._teller.sounds(how)
        if self._held is not None:
            in_words, self._held = self._held != LINE_HEARD, None
            self._say(remarks.resumed(self._now.speed, in_words=in_words))

    def _say(self, remark: Remark) -> None:
        self._teller.remark(remark)
