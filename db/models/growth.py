"""Tables of PostgreSQL alone: what old months were counted to, and what the catalogue is found by.

Not among the models that the program loads: its dialect takes 40 ms to import, and only SQL
written by hand touches these tables.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from db.models.registry import NAMES

REMOTE_METADATA: Final = MetaData(naming_convention=NAMES)

MONTHLY_COUNTS: Final = Table(
    "monthly_counts",
    REMOTE_METADATA,
    Column("month", Date, nullable=False, comment="The first day of the month counted, UTC"),
    Column("story_id", Uuid, comment="The story; none for a linear episode"),
    Column("content_id", String(255), comment="The linear episode; none for a story"),
    Column("language", String(10), nullable=False, comment="That of the edition heard"),
    Column("measure", String(50), nullable=False, comment="What was counted"),
    Column("node_id", Uuid, comment="Where; none for what belongs to the whole story"),
    Column("choice", Text, comment="The key of the choice that was taken"),
    Column("times", BigInteger, nullable=False, comment="How often"),
    Column("listeners", BigInteger, nullable=False, comment="By how many in the month"),
    Column(
        "last_listeners",
        BigInteger,
        nullable=False,
        comment="Of them, those who did not come again later: these can be added up",
    ),
    UniqueConstraint(
        "story_id",
        "content_id",
        "month",
        "measure",
        "language",
        "node_id",
        "choice",
        name="uq_monthly_counts",
        postgresql_nulls_not_distinct=True,
    ),
    comment="Events of months that were dropped, counted; nothing of a person",
)
"""No foreign keys: what was counted stays when a story leaves the catalogue and comes back."""

CATALOGUE_SEARCH: Final = Table(
    "catalogue_search",
    REMOTE_METADATA,
    Column(
        "slug",
        String(255, collation="C"),
        primary_key=True,
        comment="That of the story, or of the episode",
    ),
    Column("story_id", Uuid, comment="The story; none for a linear episode"),
    Column("titles", Text, nullable=False, comment="The titles of all editions, a line each"),
    Column("words", TSVECTOR, nullable=False, comment="The words of the titles and of the slug"),
    Column(
        "tags",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="What is filtered by: language:hi, ages:4-8, genre:folk tale",
    ),
    Column("shown", JSONB, nullable=False, comment="What a row of the library shows, as JSON"),
    Column(
        "keys",
        Text,
        nullable=False,
        server_default=text("''"),
        comment="What it is found by: folded words of all titles and descriptions",
    ),
    Index("idx_catalogue_search_story", "story_id"),
    Index("idx_catalogue_search_found", "words", "tags", postgresql_using="gin"),
    comment="One row for each active story and episode, kept by triggers: for pages and search",
)

CATALOGUE_KEYS: Final = Table(
    "catalogue_keys",
    REMOTE_METADATA,
    Column(
        "slug",
        String(255, collation="C"),
        primary_key=True,
        comment="That of the story, or of the episode",
    ),
    Column("told", Text, nullable=False, comment="MD5 of the editions it was made of"),
    Column("keys", Text, nullable=False, comment="Folded words, a blank between two"),
    comment="What stories are found by, as made by who published them",
)
"""Nothing refers to it: what does not fit the editions that there are counts for nothing."""
