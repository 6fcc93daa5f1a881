"""kahani db partitions and kahani db retention: the months of events, and how old ones go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from player.errors import EXIT_OK, KahaniError, UsageError

if TYPE_CHECKING:
    from psycopg import Connection

    from db.growth.partitions import Partition
    from db.growth.retention import Month, Plan, Sittings

LEAST_MONTHS: Final = 3
"""A machine may have been offline for a while; what it sends then belongs into a live month."""
MOST_MONTHS: Final = 600
MOST_AHEAD: Final = 24
_DURATION: Final = re.compile(r"(\d{1,4}) ?(months?|years?)", re.ASCII)


@click.command()
@click.option(
    "--ahead",
    type=click.IntRange(0, MOST_AHEAD),
    default=2,
    show_default=True,
    metavar="N",
    help="Months to come that are made.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def partitions(*, ahead: int, as_json: bool) -> int:
    """Tell in which months events lie; make those to come, and those that rows wait for."""
    from db.growth.partitions import make_partitions
    from db.growth.partitions import partitions as found

    with connected() as connection:
        made = make_partitions(connection, ahead)
        there = found(connection)
    if as_json:
        import msgspec

        report = {"made_ahead": made.ahead, "made_late": made.late, "partitions": there}
        click.echo(msgspec.json.encode(report).decode())
        return EXIT_OK
    for one in there:
        click.echo(_partition_line(one))
    for late in made.late:
        click.echo(f"{late.month:%Y-%m} was made late: {late.rows:,} rows moved into it", err=True)
    if made.ahead:
        click.echo(f"{made.ahead} months were made", err=True)
    return EXIT_OK


@click.command()
@click.option("--older-than", required=True, metavar="TIME", help="As in 18months or 2years.")
@click.option("--keep", is_flag=True, help="Take the months off, but keep their tables.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
def retention(*, older_than: str, keep: bool, dry_run: bool) -> int:
    """Count months of events that are older than TIME, and let them go.

    Sittings, likes, beliefs, progress and bookmarks stay. Of sittings without anything new since
    then, what was done to the sound is counted and goes; so do finished rows of generation. May
    be stopped and done again at any time, while players send.
    """
    from db.growth.retention import carry_out, limit_of, plan

    until = limit_of(months_of(older_than), datetime.now(UTC))
    with connected() as connection:
        planned = plan(connection, until)
        if dry_run:
            going: list[Month | Sittings] = [*planned.months, *planned.sittings]
            for one in going:
                click.echo(_line(one, would=True, keep=keep))
            click.echo(_sum(planned, would=True), err=True)
            return EXIT_OK
        went = carry_out(
            connection,
            planned,
            keep=keep,
            done=lambda one: click.echo(_line(one, would=False, keep=keep)),
        )
    click.echo(_sum(went, would=False), err=True)
    return EXIT_OK


def months_of(text: str) -> int:
    """Return how many months a duration has. Raises UsageError for what makes no sense."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"--older-than {text!r} is no time in months or years, as 18months is.")
    months = int(found[1]) * (12 if found[2].startswith("year") else 1)
    if months < LEAST_MONTHS:
        raise UsageError(
            f"--older-than {text}: at least {LEAST_MONTHS} months stay, as machines that were "
            "offline still send rows of that time."
        )
    if months > MOST_MONTHS:
        raise UsageError(f"--older-than {text}: there is nothing older than {MOST_MONTHS} months.")
    return months


@contextmanager
def connected() -> Iterator[Connection[Any]]:
    """Open PostgreSQL with a schema that this program knows; its errors become sentences."""
    import psycopg

    from db.remote import Remote
    from db.remote_schema import needs_newest
    from player.cli.database import address

    remote = Remote(address())
    connection = remote.connect(autocommit=True)
    try:
        needs_newest(remote, connection)
        yield connection
    except psycopg.errors.InsufficientPrivilege as fault:
        raise KahaniError(
            f"{remote.label}: this role may not: {remote.scrub(fault)}. Log in as one who is in "
            "kahani_owner, or in kahani_analyst for a report."
        ) from None
    except psycopg.Error as fault:
        raise remote.failed("looking after the database", fault) from None
    finally:
        connection.close()


def _partition_line(one: Partition) -> str:
    month = f"{one.month:%Y-%m}" if one.month else "other  "
    return f"{month}  {one.rows:>12,} rows  {one.size / 2**20:>10,.1f} MB  {one.name}"


def _line(one: Month | Sittings, *, would: bool, keep: bool) -> str:
    from db.growth.retention import Month

    verb = "would go" if would else "went"
    if not isinstance(one, Month):
        return (
            f"{one.month:%Y-%m}  {one.events:>12,} events of the sound  "
            f"{one.sessions:,} sittings {'would be' if would else 'were'} archived"
        )
    if one.partition is None:
        how = f"came late, and {verb}"
    elif keep:
        how = f"{one.partition} {'would be' if would else 'was'} taken off and kept"
    else:
        how = f"{one.partition} {verb}"
    return f"{one.month:%Y-%m}  {one.events:>12,} events  {how}"


def _sum(plan: Plan, *, would: bool) -> str:
    events = sum(month.events for month in plan.months)
    sounds = sum(sitting.events for sitting in plan.sittings)
    sessions = sum(sitting.sessions for sitting in plan.sittings)
    may = "would be " if would else ""
    return (
        f"Before {plan.until:%Y-%m}: {events:,} events of {len(plan.months)} months {may}counted, "
        f"{sessions:,} sittings {may}archived ({sounds:,} events of the sound), "
        f"{plan.generations:,} finished rows of generation {may}cleared."
    )
