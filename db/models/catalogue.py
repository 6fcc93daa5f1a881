"""Stories as graphs: what is walked, who speaks, and the clips of every variant."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.registry import Row, changed_in, changes_of, moment, own_id, refers
from db.types import Amount, Json


class Story(Row):
    """A story, in all its languages."""

    __tablename__ = "stories"

    id: Mapped[UUID] = own_id()
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    age_range: Mapped[str] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(50))
    moral: Mapped[str | None]
    duration_min: Mapped[int | None] = mapped_column(Integer)
    cover_image: Mapped[str | None] = mapped_column(String(500))
    is_active: Mapped[bool | None] = mapped_column(Boolean, default=True, server_default=true())
    created_at: Mapped[datetime | None] = moment()
    updated_at: Mapped[datetime | None] = moment(touched=True)
    content_hash: Mapped[str | None] = mapped_column(
        String(64), comment="SHA-256 of the canonical story: an import that changes nothing"
    )
    source_language: Mapped[str | None] = mapped_column(
        String(10), comment="The language that translations are shown in by default"
    )
    changed_in: Mapped[int | None] = changed_in()

    translations: Mapped[list[StoryTranslation]] = relationship(
        back_populates="story", cascade="all, delete-orphan", passive_deletes=True
    )
    characters: Mapped[list[Character]] = relationship(
        back_populates="story", cascade="all, delete-orphan", passive_deletes=True
    )
    nodes: Mapped[list[StoryNode]] = relationship(
        back_populates="story", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (
        Index("idx_stories_slug", "slug"),
        Index("idx_stories_age_range", "age_range"),
        Index("idx_stories_region", "region"),
        changes_of("stories"),
        Index(
            "idx_stories_active",
            "is_active",
            postgresql_where=text("is_active = TRUE"),
            sqlite_where=text("is_active = TRUE"),
        ),
    )


class StoryTranslation(Row):
    """A story in one language: its title, description and the whole text as JSON."""

    __tablename__ = "story_translations"

    id: Mapped[UUID] = own_id()
    story_id: Mapped[UUID] = refers("stories.id", gone="CASCADE", needed=True)
    language_code: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None]
    content_json: Mapped[Any] = mapped_column(Json, nullable=False)
    is_complete: Mapped[bool | None] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime | None] = moment()
    updated_at: Mapped[datetime | None] = moment(touched=True)

    story: Mapped[Story] = relationship(back_populates="translations")

    __table_args__ = (
        UniqueConstraint("story_id", "language_code", name="uq_story_language"),
        Index("idx_story_translations_story", "story_id"),
        Index("idx_story_translations_lang", "language_code"),
        Index(  # all that the library reads of a translation
            "idx_story_translations_shelf",
            "story_id",
            "created_at",
            "language_code",
            "title",
            "description",
        ).ddl_if(dialect="sqlite"),
    )


class Character(Row):
    """Somebody who speaks, and the voice that speaks for them."""

    __tablename__ = "characters"

    id: Mapped[UUID] = own_id()
    story_id: Mapped[UUID] = refers("stories.id", gone="CASCADE", needed=True)
    slug: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(100))
    voice_profile: Mapped[str] = mapped_column(String(50))
    bulbul_speaker: Mapped[str] = mapped_column(String(50))
    description: Mapped[str | None]
    display_order: Mapped[int | None] = mapped_column(Integer, default=0, server_default=text("0"))
    avatar_url: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime | None] = moment()

    story: Mapped[Story] = relationship(back_populates="characters")
    nodes: Mapped[list[StoryNode]] = relationship(back_populates="character", passive_deletes=True)

    __table_args__ = (
        Index("idx_characters_story", "story_id"),
        Index("idx_characters_speaker", "bulbul_speaker"),
    )


class StoryNode(Row):
    """One segment of a story; `meta["key"]` is the author's name of it."""

    __tablename__ = "story_nodes"

    id: Mapped[UUID] = own_id()
    story_id: Mapped[UUID] = refers("stories.id", gone="CASCADE", needed=True)
    node_type: Mapped[str] = mapped_column(String(20))
    character_id: Mapped[UUID | None] = refers("characters.id", gone="SET NULL")
    display_order: Mapped[int] = mapped_column(Integer)
    is_start: Mapped[bool | None] = mapped_column(Boolean, default=False, server_default=false())
    is_end: Mapped[bool | None] = mapped_column(Boolean, default=False, server_default=false())
    text_content: Mapped[dict[str, Any]]
    meta: Mapped[dict[str, Any] | None] = mapped_column(
        "metadata", Json, default=dict, server_default=text("'{}'")
    )
    created_at: Mapped[datetime | None] = moment()

    story: Mapped[Story] = relationship(back_populates="nodes")
    character: Mapped[Character | None] = relationship(back_populates="nodes")
    choices: Mapped[list[StoryChoice]] = relationship(
        back_populates="node",
        cascade="all, delete-orphan",
        foreign_keys="StoryChoice.node_id",
        passive_deletes=True,
    )
    audio_files: Mapped[list[AudioFile]] = relationship(
        back_populates="node", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (
        Index("idx_story_nodes_story", "story_id"),
        Index("idx_story_nodes_type", "node_type"),
        Index("idx_story_nodes_order", "story_id", "display_order"),
        Index(
            "idx_story_nodes_start",
            "story_id",
            "is_start",
            postgresql_where=text("is_start = TRUE"),
            sqlite_where=text("is_start = TRUE"),
        ),
    )


class StoryChoice(Row):
    """An edge of the graph; the key "next" is followed without being shown."""

    __tablename__ = "story_choices"

    id: Mapped[UUID] = own_id()
    node_id: Mapped[UUID] = refers("story_nodes.id", gone="CASCADE", needed=True)
    choice_key: Mapped[str] = mapped_column(String(10))
    text_content: Mapped[dict[str, Any]]
    next_node_id: Mapped[UUID | None] = refers("story_nodes.id", gone="SET NULL")
    is_default: Mapped[bool | None] = mapped_column(Boolean, default=False, server_default=false())
    meta: Mapped[dict[str, Any] | None] = mapped_column(
        "metadata", Json, default=dict, server_default=text("'{}'")
    )
    created_at: Mapped[datetime | None] = moment()

    node: Mapped[StoryNode] = relationship(back_populates="choices", foreign_keys=[node_id])
    next_node: Mapped[StoryNode | None] = relationship(foreign_keys=[next_node_id])

    __table_args__ = (
        UniqueConstraint("node_id", "choice_key", name="uq_node_choice"),
        Index("idx_story_choices_node", "node_id"),
        Index("idx_story_choices_next", "next_node_id"),
    )


class AudioFile(Row):
    """The clip of one variant: a node in one language, mix and voice."""

    __tablename__ = "audio_files"

    id: Mapped[UUID] = own_id()
    node_id: Mapped[UUID] = refers("story_nodes.id", gone="CASCADE", needed=True)
    language_code: Mapped[str] = mapped_column(String(10))
    code_mix_ratio: Mapped[float | None] = mapped_column(
        Amount(3, 2), default=0.0, server_default=text("0.00")
    )
    speaker_id: Mapped[str] = mapped_column(String(50))
    r2_url: Mapped[str] = mapped_column(String(500))
    file_size: Mapped[int | None] = mapped_column(Integer)
    duration_sec: Mapped[float | None] = mapped_column(Amount(6, 2))
    checksum: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime | None] = moment()
    accessed_at: Mapped[datetime | None]
    access_count: Mapped[int | None] = mapped_column(Integer, default=0, server_default=text("0"))
    timings: Mapped[dict[str, Any] | None] = mapped_column(
        Json, comment="When each sentence and word of the clip is heard, in milliseconds"
    )

    node: Mapped[StoryNode] = relationship(back_populates="audio_files")

    __table_args__ = (
        UniqueConstraint(
            "node_id", "language_code", "code_mix_ratio", "speaker_id", name="uq_audio_variant"
        ),
        Index("idx_audio_files_node", "node_id"),
        Index("idx_audio_files_lang", "language_code"),
        Index("idx_audio_files_speaker", "speaker_id"),
        Index("idx_audio_files_accessed", "accessed_at"),
    )
