"""The tables: what PostgreSQL and the local store have in common, and what stays local."""

from db.models.catalogue import (
    AudioFile,
    Character,
    Story,
    StoryChoice,
    StoryNode,
    StoryTranslation,
)
from db.models.events import AnalyticsEvent, BehavioralEvent, LikeEngagement
from db.models.generation import Content, GenerationStatus
from db.models.learning import LearnerModelState, UserPreferences
from db.models.listening import Bookmark, ListeningSession, User, UserProgress
from db.models.local import LocalValue, Mark, OutboxEntry, Place, SyncRejected
from db.models.registry import LocalRow, Row

__all__ = [
    "AnalyticsEvent",
    "AudioFile",
    "BehavioralEvent",
    "Bookmark",
    "Character",
    "Content",
    "GenerationStatus",
    "LearnerModelState",
    "LikeEngagement",
    "ListeningSession",
    "LocalRow",
    "LocalValue",
    "Mark",
    "OutboxEntry",
    "Place",
    "Row",
    "Story",
    "StoryChoice",
    "StoryNode",
    "StoryTranslation",
    "SyncRejected",
    "User",
    "UserPreferences",
    "UserProgress",
]
