"""A PostgreSQL that several people share, with rows of each, and the way in for each of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from db.rights.invite import invite
from db.rights.roles import make_roles

ROWS = """
INSERT INTO stories (id, slug, age_range, region, is_active) VALUES
    ('{0}1', 'crow', '4-8', 'pan-indian', true), ('{0}2', 'draft', '4-8', 'pan-indian', false);
INSERT INTO story_translations (id, story_id, language_code, title, content_json) VALUES
    ('{0}1', '{0}1', 'hi', 'x', '{{}}'), ('{0}2', '{0}2', 'hi', 'secret', '{{}}');
INSERT INTO characters (id, story_id, slug, name, voice_profile, bulbul_speaker) VALUES
    ('{0}1', '{0}1', 'dadi', 'Dadi', 'warm', 'meera'),
    ('{0}2', '{0}2', 'dadi', 'Dadi', 'warm', 'meera');
INSERT INTO story_nodes (id, story_id, node_type, display_order, text_content) VALUES
    ('{0}1', '{0}1', 'narration', 0, '{{}}'), ('{0}2', '{0}2', 'narration', 0, '{{}}');
INSERT INTO story_choices (id, node_id, choice_key, text_content) VALUES
    ('{0}1', '{0}1', 'A', '{{}}'), ('{0}2', '{0}2', 'A', '{{}}');
INSERT INTO audio_files (id, node_id, language_code, speaker_id, r2_url) VALUES
    ('{0}1', '{0}1', 'hi', 'meera', 'x'), ('{0}2', '{0}2', 'hi', 'meera', 'x');
INSERT INTO content (id, title, text_content, audio_url, format, template_id, difficulty, duration,
    model_parameters, session_id, story_id) VALUES
    ('crow:hi', 'x', 'x', 'x', 'narrative', 't', 'lexical-heavy', 9, '{{}}', 's', '{0}1'),
    ('draft:hi', 'x', 'x', 'x', 'narrative', 't', 'lexical-heavy', 9, '{{}}', 's', '{0}2'),
    ('mercato', 'x', 'x', 'x', 'podcast', 't', 'lexical-heavy', 9, '{{}}', 's', NULL);
""".format("00000000-0000-0000-0000-00000000000")
OF_LISTENER = """
INSERT INTO sessions (id, user_id) VALUES (%(session)s, %(user)s);
INSERT INTO user_preferences (id, difficulty_preference) VALUES (%(user)s::text, 'beginner');
INSERT INTO learner_model_state (session_id, preference_weights, comprehension_level,
    content_type_preferences) VALUES (%(session)s, '{}', 0.5, '{}');
INSERT INTO user_progress (user_id, story_id) VALUES (%(user)s, %(story)s);
INSERT INTO bookmarks (user_id, story_id, notes) VALUES
    (%(user)s, %(story)s, 'note of ' || %(session)s);
INSERT INTO analytics_events (user_id, session_id, event_type) VALUES
    (%(user)s, %(session)s, 'page_view');
INSERT INTO behavioral_events (id, content_id, event_type, playback_position, session_id,
    content_characteristics) VALUES (%(session)s || 'e', 'crow:hi', 'play', 1, %(session)s, '{}');
INSERT INTO like_engagement (content_id, session_id, liked, content_characteristics) VALUES
    ('crow:hi', %(session)s, true, '{}');
INSERT INTO generation_status (generation_id, session_id, status) VALUES
    (%(session)s || 'g', %(session)s, 'failed');
"""
STORY, DRAFT = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2))


class Guest(NamedTuple):
    """A listener: the role, the id, a sitting, and the address to log in by."""

    name: str
    id: Any
    session: str
    address: str


class House(NamedTuple):
    """The database, as its owner sees it, and two listeners."""

    owner: str
    asha: Guest
    ravi: Guest

    def attempt(self, asha: psycopg.Connection[Any], statement: str) -> int:
        """Run statements as asha; return how many rows the last one saw or changed."""
        names = self._names()
        cursor: psycopg.Cursor[Any] = psycopg.ClientCursor(asha)
        cursor.execute(statement.format(**names), names)
        while cursor.nextset():
            pass
        return cursor.rowcount

    def _names(self) -> dict[str, Any]:
        """What statements of an attempt name."""
        return {
            "me": self.asha.id,
            "my_session": self.asha.session,
            "other": self.ravi.id,
            "other_session": self.ravi.session,
            "other_role": self.ravi.name,
            "role": self.asha.name,
            "story": STORY,
            "draft": DRAFT,
        }


def make(owner: str, database: str) -> House:
    """Make roles, invite two listeners, and give each a row of everything."""
    make_roles(owner)
    asha, ravi = (_guest(owner, f"{name}_{database}") for name in ("asha", "ravi"))
    with psycopg.connect(owner) as connection:
        connection.execute(ROWS)
        for guest in (asha, ravi):
            values = {"user": guest.id, "session": guest.session, "story": STORY}
            for statement in OF_LISTENER.split(";\n"):
                if statement.strip():
                    connection.execute(statement, values)
    return House(owner, asha, ravi)


def _guest(owner: str, name: str) -> Guest:
    invited = invite(owner, name)
    with psycopg.connect(owner) as connection:
        row = connection.execute("SELECT id FROM users WHERE db_role = %s", [name]).fetchone()
    assert row
    return Guest(name, row[0], f"sitting-of-{name}", invited.address)


def forget(admin: str, house: House) -> None:
    """Drop the roles of the listeners: they belong to the whole server."""
    with psycopg.connect(admin, autocommit=True) as connection:
        for guest in (house.asha, house.ravi):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(guest.name)))
