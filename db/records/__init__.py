"""Frozen rows that cross the db border: what the player hands down and gets back."""

from db.records.catalogue import (
    AudioRecord,
    CharacterRecord,
    ChoiceRecord,
    ContentRecord,
    NodeRecord,
    StoryRecord,
    TranslationRecord,
)
from db.records.elsewhere import OtherPlace
from db.records.json import Json
from db.records.listening import (
    AnalyticsRecord,
    BehaviorRecord,
    BookmarkRecord,
    LearnerRecord,
    LikeRecord,
    MarkRecord,
    PlaceRecord,
    PreferencesRecord,
    ProgressRecord,
    Record,
    SessionRecord,
    UserRecord,
)
from db.records.shelf import CatalogueEntry, ListenedRecord, OutlineRecord

__all__ = [
    "AnalyticsRecord",
    "AudioRecord",
    "BehaviorRecord",
    "BookmarkRecord",
    "CatalogueEntry",
    "CharacterRecord",
    "ChoiceRecord",
    "ContentRecord",
    "Json",
    "LearnerRecord",
    "LikeRecord",
    "ListenedRecord",
    "MarkRecord",
    "NodeRecord",
    "OtherPlace",
    "OutlineRecord",
    "PlaceRecord",
    "PreferencesRecord",
    "ProgressRecord",
    "Record",
    "SessionRecord",
    "StoryRecord",
    "TranslationRecord",
    "UserRecord",
]
