"""What listeners made of one story, counted over live events and over months that are folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import dict_row

from db.growth.folding import ANALYTICS, BEHAVIOR, FINISHED, SOURCE

_HOLD: Final = "SELECT FROM analytics_events WHERE false"
"""Holds every month where it is until the end: else one that is folded just now may be missed.

Not LOCK TABLE: an analyst may read most columns, and so may not lock the table.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionReport:
    """One language. `plays` begin at the start; `resumes` go on after a pause.

    `completions` are plays with an ending, `endings_heard` all endings: who steps back after one
    and takes another hears two in one play. `listeners` are people; of folded months, those who
    did not come again before the folding.
    """

    language: str
    title: str
    plays: int
    resumes: int
    completions: int
    endings_heard: int
    listeners: int
    reactions: Mapping[str, int]

    @property
    def completion(self) -> float:
        """Plays in which an ending was heard, in percent of all; 0 without a play."""
        return percent(self.completions, self.plays)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceReport:
    """How often a choice was taken; `share` is percent of all choices taken at its node."""

    key: str
    text: str
    next: str | None
    taken: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReport:
    """One node. `left` is how often somebody left the story here, to come back or not.

    `standing` are the listeners who stand here now and have not finished.
    """

    key: str
    type: str
    is_end: bool
    visits: int
    replays: int
    left: int
    standing: int
    choices: tuple[ChoiceReport, ...] = ()

    @property
    def leaving(self) -> float:
        """Those who left for each visit, in percent; 0 without a visit."""
        return percent(self.left, self.visits)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReport:
    """All of it. `folded_until` is the last month of which only counts are kept, if any."""

    slug: str
    since: datetime | None
    folded_until: date | None
    total: EditionReport
    editions: tuple[EditionReport, ...]
    nodes: tuple[NodeReport, ...]


def percent(part: int, whole: int) -> float:
    """Return a share in percent to one place; 0 of nothing."""
    return round(100 * part / whole, 1) if whole else 0.0


def report(
    connection: Connection[Any], slug: str, since: datetime | None = None
) -> StoryReport | None:
    """Return what is known of a story or an episode, None where there is none of this name.

    Without any listener's name or words. Folded months count from the month of `since` on. May
    be asked by kahani_analyst; each query sees a month either live or folded, never both.
    """
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        connection.execute(_HOLD)
        wanted = cursor.execute(_WANTED, {"slug": slug}).fetchone()
        if wanted is None:
            return None
        values = {**wanted, "slug": slug, "since": since}
        found = {name: cursor.execute(q, values).fetchall() for name, q in _QUERIES.items()}
    return _put_together(slug, since, found)


_WANTED: Final = """
SELECT id AS story, NULL::text AS content FROM stories WHERE slug = %(slug)s
UNION ALL SELECT NULL, id FROM content WHERE id = %(slug)s AND story_id IS NULL LIMIT 1
"""

_OF_STORY: Final = sql.SQL(
    "(e.story_id = %(story)s OR (%(story)s::uuid IS NULL AND e.story_id IS NULL "
    "AND e.event_data->>'content_id' = %(content)s)) "
    "AND (%(since)s::timestamptz IS NULL OR e.created_at >= %(since)s)"
)
_OF_CONTENT: Final = sql.SQL(
    "e.content_id IN (SELECT id FROM content WHERE story_id = %(story)s OR id = %(content)s) "
    "AND (%(since)s::timestamptz IS NULL OR e.timestamp >= %(since)s)"
)
_FOLDED: Final = sql.SQL(
    "FROM monthly_counts WHERE (story_id = %(story)s OR content_id = %(content)s) "
    "AND (%(since)s::timestamptz IS NULL "
    "OR month >= date_trunc('month', %(since)s::timestamptz AT TIME ZONE 'UTC'))"
)
_LIVE: Final = ANALYTICS.format(events=SOURCE, where=_OF_STORY)
_HEARD: Final = BEHAVIOR.format(events=sql.Identifier("behavioral_events"), where=_OF_CONTENT)

_QUERIES: Final[dict[str, sql.SQL | sql.Composed]] = {
    "counts": sql.SQL("""
        WITH live AS ({live})
        SELECT language, measure, node_id, choice, sum(times)::bigint AS times FROM (
            SELECT language, measure, node_id, choice, count(*) AS times
            FROM (SELECT * FROM live UNION ALL {finished} UNION ALL {heard}) l GROUP BY 1, 2, 3, 4
            UNION ALL SELECT language, measure, node_id, choice, times {folded}
        ) a GROUP BY 1, 2, 3, 4
    """).format(
        live=_LIVE, finished=FINISHED.format(events=sql.SQL("live")), heard=_HEARD, folded=_FOLDED
    ),
    "listeners": sql.SQL("""
        SELECT language, sum(listeners)::bigint AS listeners FROM (
            SELECT language, count(DISTINCT who) AS listeners FROM ({live}) l
            WHERE kind = 'story_start' GROUP BY GROUPING SETS ((language), ())
            UNION ALL
            SELECT language, sum(last_listeners) FROM (
                SELECT language, last_listeners {folded}
                AND measure IN ('story_start', 'story_resume')
            ) f GROUP BY GROUPING SETS ((language), ())
        ) a GROUP BY language
    """).format(live=_LIVE, folded=_FOLDED),
    "reactions": sql.SQL("""
        SELECT language, reaction, count(*) AS times FROM (
            SELECT DISTINCT ON (coalesce(s.user_id::text, s.id), c.id) coalesce(c.language, '')
                AS language, l.liked, coalesce(l.reaction_type, 'like') AS reaction
            FROM like_engagement l JOIN content c ON c.id = l.content_id
            JOIN sessions s ON s.id = l.session_id
            WHERE (c.story_id = %(story)s OR c.id = %(content)s)
                AND (%(since)s::timestamptz IS NULL OR l.updated_at >= %(since)s)
            ORDER BY coalesce(s.user_id::text, s.id), c.id, l.hlc DESC NULLS LAST,
                l.updated_at DESC
        ) a WHERE liked GROUP BY 1, 2
    """),
    "standing": sql.SQL(
        "SELECT current_node_id AS node_id, count(*) AS listeners FROM user_progress "
        "WHERE story_id = %(story)s AND is_completed IS NOT TRUE "
        "AND (%(since)s::timestamptz IS NULL OR last_played_at >= %(since)s) GROUP BY 1"
    ),
    "titles": sql.SQL(
        "SELECT coalesce(language, '') AS language, title FROM content "
        "WHERE story_id = %(story)s OR id = %(content)s ORDER BY id"
    ),
    "nodes": sql.SQL(
        "SELECT id, metadata->>'key' AS key, node_type, coalesce(is_end, false) AS is_end "
        "FROM story_nodes WHERE story_id = %(story)s ORDER BY display_order, id"
    ),
    "choices": sql.SQL(
        "SELECT c.node_id, c.choice_key, c.next_node_id, coalesce("
        "c.text_content->>s.source_language, c.text_content->>'en', '') AS words "
        "FROM story_choices c "
        "JOIN story_nodes n ON n.id = c.node_id JOIN stories s ON s.id = n.story_id "
        "WHERE s.id = %(story)s AND c.choice_key <> 'next' ORDER BY c.choice_key"
    ),
    "months": sql.SQL("SELECT max(month) AS month {folded}").format(folded=_FOLDED),
}

Rows = list[dict[str, Any]]


def _put_together(slug: str, since: datetime | None, found: Mapping[str, Rows]) -> StoryReport:
    titles = {row["language"]: row["title"] for row in found["titles"]}
    listeners = {row["language"]: row["listeners"] for row in found["listeners"]}
    heard = {row["language"] for row in found["counts"]}
    languages = [*titles, *sorted(heard - set(titles))]
    editions = [
        _edition(
            code,
            titles.get(code, ""),
            [row for row in found["counts"] if row["language"] == code],
            listeners.get(code, 0),
            [row for row in found["reactions"] if row["language"] == code],
        )
        for code in languages
    ]
    loved = max(editions, key=lambda one: one.plays, default=None)
    return StoryReport(
        slug=slug,
        since=since,
        folded_until=found["months"][0]["month"],
        total=_edition(
            "",
            loved.title if loved else "",
            found["counts"],
            listeners.get(None, 0),
            found["reactions"],
        ),
        editions=tuple(editions),
        nodes=_nodes(found),
    )


def _edition(
    language: str, title: str, counts: Rows, listeners: int, reactions: Rows
) -> EditionReport:
    times = _sum((row["measure"], row["times"]) for row in counts)
    return EditionReport(
        language=language,
        title=title,
        plays=times["story_start"],
        resumes=times["story_resume"],
        completions=times["story_finish"],
        endings_heard=times["story_complete"],
        listeners=listeners,
        reactions=dict(_sum((row["reaction"], row["times"]) for row in reactions)),
    )


def _nodes(found: Mapping[str, Rows]) -> tuple[NodeReport, ...]:
    names: dict[UUID, str] = {row["id"]: row["key"] or str(row["id"]) for row in found["nodes"]}
    times = _sum(((row["node_id"], row["measure"]), row["times"]) for row in found["counts"])
    taken = _sum(
        ((row["node_id"], row["choice"]), row["times"])
        for row in found["counts"]
        if row["measure"] == "choice_made"
    )
    standing = {row["node_id"]: row["listeners"] for row in found["standing"]}
    return tuple(
        NodeReport(
            key=names[row["id"]],
            type=row["node_type"],
            is_end=row["is_end"],
            visits=times[row["id"], "node_visit"],
            replays=times[row["id"], "replay"],
            left=times[row["id"], "abandon"],
            standing=standing.get(row["id"], 0),
            choices=_choices(row["id"], found["choices"], taken, names),
        )
        for row in found["nodes"]
    )


def _choices(
    node: UUID, rows: Rows, taken: Mapping[Any, int], names: Mapping[UUID, str]
) -> tuple[ChoiceReport, ...]:
    mine = [row for row in rows if row["node_id"] == node]
    whole = sum(taken[node, row["choice_key"]] for row in mine)
    return tuple(
        ChoiceReport(
            key=row["choice_key"],
            text=row["words"],
            next=names.get(row["next_node_id"]),
            taken=taken[node, row["choice_key"]],
            share=percent(taken[node, row["choice_key"]], whole),
        )
        for row in mine
    )


def _sum(pairs: Iterable[tuple[Any, int]]) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for name, times in pairs:
        counted[name] += times
    return counted
