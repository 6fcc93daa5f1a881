"""What the controller tells those who listen: facts, in the past tense, frozen."""

from __future__ import annotations

from typing import TypeAlias

from player.events.listener import (
    BookmarksChanged,
    HabitsChanged,
    LeaveRequested,
    ReactionChanged,
    SleepChanged,
    StoryRated,
)
from player.events.mix import (
    MixDecided,
    SwitchDropped,
    SwitchPlanned,
    VariantChanged,
)
from player.events.news import (
    OFFLINE,
    DownloadChanged,
    Notice,
    Severity,
    SyncChanged,
)
from player.events.sound import (
    BUFFERING,
    CONNECTING,
    PlaybackChanged,
    PositionJumped,
    SpeedChanged,
    VolumeChanged,
)
from player.events.story import (
    ChoiceAwaited,
    ChoicesReady,
    ChoiceTaken,
    NodeEntered,
    PassageHeard,
    PlaceOffered,
    StoryFinished,
    StoryOpened,
)

__all__ = [
    "BUFFERING",
    "CONNECTING",
    "OFFLINE",
    "BookmarksChanged",
    "ChoiceAwaited",
    "ChoiceTaken",
    "ChoicesReady",
    "DownloadChanged",
    "Event",
    "HabitsChanged",
    "LeaveRequested",
    "MixDecided",
    "NodeEntered",
    "Notice",
    "PassageHeard",
    "PlaceOffered",
    "PlaybackChanged",
    "PositionJumped",
    "ReactionChanged",
    "Severity",
    "SleepChanged",
    "SpeedChanged",
    "StoryFinished",
    "StoryOpened",
    "StoryRated",
    "SwitchDropped",
    "SwitchPlanned",
    "SyncChanged",
    "VariantChanged",
    "VolumeChanged",
]

Event: TypeAlias = (
    StoryOpened
    | NodeEntered
    | PlaybackChanged
    | PositionJumped
    | ChoiceTaken
    | ChoiceAwaited
    | ChoicesReady
    | StoryFinished
    | ReactionChanged
    | SpeedChanged
    | VolumeChanged
    | VariantChanged
    | MixDecided
    | StoryRated
    | SwitchPlanned
    | SwitchDropped
    | PassageHeard
    | HabitsChanged
    | PlaceOffered
    | BookmarksChanged
    | SleepChanged
    | SyncChanged
    | DownloadChanged
    | LeaveRequested
    | Notice
)
