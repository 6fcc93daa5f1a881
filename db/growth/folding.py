"""What is counted of events: the same of live ones, for a report, as of months that are folded."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from db.growth.months import FIRST_MOMENT

SOURCE: Final = sql.Identifier("analytics_events")

# One line for each event that is counted. A start that goes on after a pause is a measure of its
# own; `kind` is the same for both, as a listener is counted once for either.
ANALYTICS: Final = sql.SQL("""
SELECT e.id::text AS id, e.created_at AS moment, e.user_id AS who,
    coalesce(e.user_id::text, e.session_id) AS whose,
    coalesce(e.story_id, c.story_id) AS story_id,
    CASE WHEN coalesce(e.story_id, c.story_id) IS NULL THEN c.id END AS content_id,
    left(coalesce(c.language, e.event_data->>'language', ''), 10) AS language,
    CASE e.event_type
        WHEN 'audio_play' THEN 'node_visit'
        WHEN 'story_start' THEN
            CASE WHEN e.event_data->>'resumed' = 'true' THEN 'story_resume' ELSE 'story_start' END
        ELSE e.event_type END AS measure,
    e.event_type AS kind,
    e.node_id,
    CASE WHEN e.event_type = 'choice_made' THEN left(e.event_data->>'choice', 10) END AS choice
FROM {events} e LEFT JOIN content c ON c.id = e.event_data->>'content_id'
WHERE e.event_type IN ('story_start', 'story_complete', 'choice_made', 'audio_play')
    AND (e.event_type <> 'audio_play' OR e.event_data->>'direction' IS NOT NULL)
    AND coalesce(e.story_id::text, c.id) IS NOT NULL AND {where}
""")

# Of the sound: nobody is counted here, as whose a sitting was is not asked.
BEHAVIOR: Final = sql.SQL("""
SELECT e.id, e.timestamp AS moment, NULL::uuid AS who, NULL::text AS whose, c.story_id,
    CASE WHEN c.story_id IS NULL THEN c.id END AS content_id,
    left(coalesce(c.language, ''), 10) AS language,
    e.event_type AS measure, e.event_type AS kind, e.node_id, NULL::text AS choice
FROM {events} e JOIN content c ON c.id = e.content_id
WHERE e.event_type IN ('replay', 'abandon') AND {where}
""")

# A play is finished where an ending is heard before its listener begins the story anew: once,
# however many endings are gone back for. It counts where and when it began, so that of no edition
# and in no month more is finished than was begun; once a month is folded, it stays as it was then.
FINISHED: Final = sql.SQL("""
SELECT id, moment, who, whose, story_id, content_id, language,
    'story_finish' AS measure, 'story_finish' AS kind, NULL::uuid AS node_id, NULL::text AS choice
FROM (
    SELECT e.*, lead(measure) OVER (
        PARTITION BY whose, story_id, content_id ORDER BY moment, id
    ) AS next
    FROM {events} e WHERE measure IN ('story_start', 'story_complete')
) plays WHERE measure = 'story_start' AND next = 'story_complete'
""")

# A listener counts as a last one where they did nothing of the kind there later: these can be
# added up over months. Who comes back after their month was folded is counted once more. What a
# wrong clock put outside of the time that goes is counted at its border.
FOLD: Final = sql.SQL("""
WITH {before}
heard AS MATERIALIZED ({told}),
finished AS ({finished}),
told AS (
    SELECT * FROM heard UNION ALL SELECT * FROM finished WHERE moment < {until}
),
placed AS (
    SELECT told.*, coalesce(story_id::text, content_id) AS subject,
        row_number() OVER (
            PARTITION BY who, story_id, content_id, kind, node_id ORDER BY moment DESC, id DESC
        ) AS place
    FROM told
),
later AS (
    SELECT DISTINCT who, coalesce(story_id::text, content_id) AS subject, kind, node_id
    FROM ({later} UNION ALL SELECT * FROM finished WHERE moment >= {until}) l
    WHERE who IS NOT NULL
),
counted AS (
    INSERT INTO monthly_counts AS m (month, story_id, content_id, language, measure, node_id,
        choice, times, listeners, last_listeners)
    SELECT date_trunc('month', greatest({first}, least({until} - interval '1 microsecond',
            p.moment)) AT TIME ZONE 'UTC')::date, p.story_id, p.content_id,
        p.language, p.measure, p.node_id, p.choice, count(*), count(DISTINCT p.who),
        count(*) FILTER (WHERE p.who IS NOT NULL AND p.place = 1 AND later.who IS NULL)
    FROM placed p LEFT JOIN later ON later.who = p.who AND later.subject = p.subject
        AND later.kind = p.kind AND coalesce(later.node_id, {none}) = coalesce(p.node_id, {none})
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT ON CONSTRAINT uq_monthly_counts DO UPDATE SET times = m.times + excluded.times,
        listeners = m.listeners + excluded.listeners,
        last_listeners = m.last_listeners + excluded.last_listeners
)
SELECT count(*) FROM {source}
""")

NONE: Final = sql.SQL("'00000000-0000-0000-0000-000000000000'::uuid")
NOTHING_LATER: Final = sql.SQL("SELECT * FROM heard WHERE false")
GONE: Final = sql.Identifier("gone")
LATE: Final = sql.SQL(
    "DELETE FROM analytics_events_default WHERE created_at >= {} AND created_at < {} RETURNING *"
)
OF_SITTINGS: Final = sql.SQL(
    "DELETE FROM behavioral_events e USING sessions s WHERE s.id = e.session_id "
    "AND s.last_activity_at >= {} AND s.last_activity_at < {} RETURNING e.*"
)


def fold_partition(name: str, until: str) -> sql.Composed:
    """Count a partition that nobody writes to; `until` names the parameter of its end."""
    return _fold(sql.Identifier(name), ANALYTICS, until, later=_later(until))


def fold_waiting(since: str, until: str) -> sql.Composed:
    """Take the rows of a month out of the default partition, and count them."""
    return _fold(GONE, ANALYTICS, until, later=_later(until), before=_gone(LATE, since, until))


def fold_sessions(since: str, until: str) -> sql.Composed:
    """Take what was done to the sound in sittings that ended in a month, and count it."""
    gone = _gone(OF_SITTINGS, since, until)
    return _fold(GONE, BEHAVIOR, until, later=NOTHING_LATER, before=gone)


def _fold(
    source: sql.Identifier,
    told: sql.SQL,
    until: str,
    *,
    later: sql.Composable,
    before: sql.Composable = sql.SQL(""),  # noqa: B008 - it never changes
) -> sql.Composed:
    return FOLD.format(
        before=before,
        told=told.format(events=source, where=sql.SQL("true")),
        finished=FINISHED.format(
            events=sql.SQL("(SELECT * FROM heard UNION ALL {})").format(later)
        ),
        later=later,
        first=sql.Literal(FIRST_MOMENT),
        until=sql.Placeholder(until),
        none=NONE,
        source=source,
    )


def _gone(taken: sql.SQL, since: str, until: str) -> sql.Composed:
    rows = taken.format(sql.Placeholder(since), sql.Placeholder(until))
    return sql.SQL("gone AS ({}),").format(rows)


def _later(until: str) -> sql.Composed:
    after = sql.SQL("e.created_at >= {}").format(sql.Placeholder(until))
    return ANALYTICS.format(events=SOURCE, where=after)
