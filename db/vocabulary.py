"""The words that columns may hold; the database refuses any other."""

from __future__ import annotations

from typing import Final

ANALYTICS_EVENTS: Final = (
    "page_view",
    "story_start",
    "story_complete",
    "choice_made",
    "audio_play",
    "audio_pause",
    "language_change",
    "bookmark_add",
    "bookmark_remove",
)
"""What `AnalyticsRecord.event_type` may be."""

BEHAVIORAL_EVENTS: Final = (
    "play",
    "pause",
    "resume",
    "seek",
    "replay",
    "speed",
    "translation_shown",
    "transcript_toggled",
    "skip",
    "abandon",
    "complete",
    "rated",
)
"""What `BehaviorRecord.event_type` may be."""

REACTIONS: Final = ("like", "love", "favorite")
FORMATS: Final = ("narrative", "podcast", "educational")
DIFFICULTIES: Final = ("lexical-heavy", "discourse-heavy")
LEVELS: Final = ("beginner", "intermediate", "advanced")
GENERATION_STATES: Final = ("generating", "processing", "completed", "failed")
