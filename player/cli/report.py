"""kahani db report: what listeners made of a story, as a picture in the terminal or as JSON."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from player.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from db.growth.report import EditionReport, StoryReport


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.option("--since", metavar="DATE", help="Only from this day on, as 2026-02-01 or 2026-02.")
def report(*, slug: str, as_json: bool, since: str | None) -> int:
    """Tell how often the story SLUG is played and finished, where listeners leave, what they take.

    Counts the months that were folded by `kahani db retention` too. For kahani_analyst.
    """
    from db.growth.report import report as asked
    from player.cli.retention import connected

    begin = day_of(since) if since else None
    with connected() as connection:
        found = asked(connection, slug, begin)
    if found is None:
        raise UsageError(f"PostgreSQL has no story {slug!r}: kahani import --remote publishes one.")
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(as_object(found)).decode())
    else:
        from player.cli.report_picture import picture

        click.echo("\n".join(picture(found, sys.stdout.encoding)))
    return EXIT_OK


def day_of(text: str) -> datetime:
    """Return the beginning of a day or a month in UTC. Raises UsageError."""
    try:
        day = date.fromisoformat(text if len(text) > len("2026-02") else f"{text}-01")
    except ValueError:
        raise UsageError(f"--since {text!r} is no day, as 2026-02-01 or 2026-02 is.") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def as_object(found: StoryReport) -> dict[str, Any]:
    """Return the report for programs: shares in percent."""
    return {
        "slug": found.slug,
        "since": found.since,
        "folded_until": found.folded_until,
        "total": _edition(found.total),
        "editions": [_edition(one) for one in found.editions],
        "nodes": [
            {
                "key": node.key,
                "type": node.type,
                "is_end": node.is_end,
                "visits": node.visits,
                "replays": node.replays,
                "left": node.left,
                "leaving_percent": node.leaving,
                "standing": node.standing,
                "choices": [
                    {
                        "key": choice.key,
                        "text": choice.text,
                        "next": choice.next,
                        "taken": choice.taken,
                        "share_percent": choice.share,
                    }
                    for choice in node.choices
                ],
            }
            for node in found.nodes
        ],
    }


def _edition(one: EditionReport) -> dict[str, Any]:
    return {
        "language": one.language or None,
        "title": one.title,
        "plays": one.plays,
        "resumes": one.resumes,
        "completions": one.completions,
        "completion_percent": one.completion,
        "endings_heard": one.endings_heard,
        "listeners": one.listeners,
        "reactions": dict(one.reactions),
    }
