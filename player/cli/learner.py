"""kahani learner: what is believed of what the listener understands, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from player.cli.groups import ToldGroup, number
from player.errors import EXIT_OK, UsageError
from player.paths import Paths

if TYPE_CHECKING:
    from db.records import BehaviorRecord
    from db.store import Store
    from player.learner.belief import Belief
    from player.learner.recounting import Change
    from player.learner.taste import Taste

NOTHING = "Nothing was heard yet, so nothing is believed. Begin with: kahani"
ANEW_SINCE = (
    "You began anew on {at}, and heard nothing since: nothing is believed but your stated level."
)
NOT_YET = "You heard no passage out yet, so nothing is believed."
SURE = (
    "Forget what is believed of what you understand? What you did stays written down, but counts "
    "no more, on none of your machines"
)

NOBODY_TO_ASK = (
    "kahani learner reset asks before it forgets, and there is no terminal to answer from; "
    "say so beforehand with --yes."
)


@click.group(cls=ToldGroup)
def learner() -> None:
    """What is believed of what you understand: made of what you did, and of nothing else."""


@learner.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def show(*, as_json: bool) -> int:
    """Say for each language how much you should follow, and what moved that last."""
    from player.cli.diary import Diary
    from player.cli.renewing import level_of, taste_of
    from player.cli.wiring import now
    from player.cli.you import drawn, numbers, numbers_told
    from player.learner.recounting import told_taste
    from player.story.cleaning import quoted

    with _store() as store:
        level, events, listened = level_of(store), store.behaviors(), store.listened()
        taste = taste_of(store, events)
    diary = Diary(level)
    diary.read(events, now())
    state, last = diary.chronicle.state, diary.chronicle.changes
    you = drawn(diary, listened, (), now())
    if as_json:
        languages = [_as_object(code, state.beliefs[code], last) for code in sorted(state.beliefs)]
        told = {"level": level, "languages": languages, "taste": _as_json(taste)}
        told["numbers"] = numbers(you)
        click.echo(json.dumps(told, ensure_ascii=False))
        return EXIT_OK
    for code in sorted(state.beliefs):
        for line in _in_words(code, state.beliefs[code], last.get(code)):
            click.echo(line)
    if sentence := told_taste(taste):
        click.echo(quoted(sentence, marks=""))
    if state.beliefs:
        click.echo(numbers_told(you))
    else:
        click.echo(_nothing(events), err=True)
    return EXIT_OK


@learner.command()
def rebuild() -> int:
    """Make what is believed anew from all that you did, here and on your other machines.

    Says whether that leads to the same, byte for byte; where not, it takes its place.
    """
    from player.cli.renewing import renew

    with _store() as store:
        events, is_same = renew(store)
    if not events:
        click.echo(NOTHING, err=True)
        return EXIT_OK
    if is_same:
        click.echo(f"made anew from {events:,} events: the same, byte for byte")
    else:
        click.echo(f"made anew from {events:,} events: other than before, and written down")
    return EXIT_OK


@learner.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(*, yes: bool) -> int:
    """Begin anew: what you did until now counts no more. Nothing is deleted.

    An event says so, and goes to your other machines with the others.
    """
    from player.cli.renewing import renew

    with _store() as store:
        events = store.behaviors()
        if not events:
            click.echo(NOTHING, err=True)
            return EXIT_OK
        if not yes and not sys.stdin.isatty():
            raise UsageError(NOBODY_TO_ASK)
        if not yes and not click.confirm(SURE, err=True):
            click.echo("Nothing was changed.", err=True)
            return EXIT_OK
        store.append([_begins_anew(events)]).result()
        renew(store)
    click.echo("From now on you are met anew; your stated level is where each language starts.")
    return EXIT_OK


@learner.command()
@click.argument("language", required=False)
@click.option("--plain", is_flag=True, help="Line by line, for screen readers and pipes.")
@click.option("--json", "as_json", is_flag=True, help="With --plain: one JSON object a line.")
@click.option("--choices", metavar="A,B,...", help="With --plain: the answers, in order.")
@click.option("--output", metavar="vlc|silent|wav:FILE", help="Where the sound goes.")
@click.option(
    "--pace",
    callback=number(0),
    metavar="X",
    default="1",
    help="In silence, X times as long; 0: without waiting.",
)
def placement(
    *,
    language: str | None,
    plain: bool,
    as_json: bool,
    choices: str | None,
    output: str | None,
    pace: float,
) -> int:
    """Find your level in LANGUAGE (hi, ta, ...): eight short clips, about two minutes.

    Without LANGUAGE: the one of your settings, else the first that there is. You may stop at any
    time; what you answered counts.
    """
    from player.cli.placing import play_placement

    if choices is not None and not (plain or as_json):
        raise UsageError("--choices goes with --plain.")
    return play_placement(
        language, plain=plain, as_json=as_json, choices=choices, output=output, pace=pace
    )


@contextmanager
def _store() -> Iterator[Store]:
    from player.cli.wiring import open_store

    store = open_store(Paths.find())
    try:
        yield store
    finally:
        store.close()


def _as_json(taste: Taste) -> dict[str, Any]:
    from player.learner.recounting import told_taste

    return {
        "sentence": told_taste(taste),
        **taste.preference_weights(),
        "format": taste.content_type_preferences(),
    }


def _nothing(events: Iterable[BehaviorRecord]) -> str:
    """Say why nothing is believed."""
    from player.learner.tracing import begins_anew
    from player.recording.beliefs import trace_of

    anew, is_empty = None, True
    for event in events:
        is_empty = False
        if begins_anew(trace_of(event)):
            anew = max(anew or event.timestamp, event.timestamp)
    if anew is not None:
        return ANEW_SINCE.format(at=f"{anew.astimezone():%Y-%m-%d %H:%M}")
    return NOTHING if is_empty else NOT_YET


def _begins_anew(events: Iterable[BehaviorRecord]) -> BehaviorRecord:
    """Return the event from which on events count; it lies beside the last one there is."""
    from player.cli.renewing import last_of
    from player.cli.wiring import new_id, now
    from player.learner.tracing import ANEW

    return replace(
        last_of(events),
        id=str(new_id()),
        timestamp=now(),
        event_type="rated",
        context={"rating": ANEW},
        device_info=None,
        sequence=None,
    )


def _in_words(code: str, belief: Belief, last: Change | None) -> Iterator[str]:
    from player.languages import language_name
    from player.learner.recounting import told
    from player.story.cleaning import quoted

    yield told(belief, quoted(language_name(code), marks=""))
    if last is not None:
        way = "down" if last.shift < 0 else "up"
        at = f"{last.observation.at.astimezone():%Y-%m-%d %H:%M}"
        yield f"  {last.cause}: that moved it {way} last ({quoted(last.where, marks='')}, {at})."


def _as_object(code: str, belief: Belief, changes: dict[str, Change]) -> dict[str, Any]:
    from player.languages import language_name
    from player.learner.explaining import lines_in_ten
    from player.learner.recounting import MIDDLING, told

    least, middle, most = lines_in_ten(belief, MIDDLING)
    last = changes.get(code)
    return {
        "language": code,
        "sentence": told(belief, language_name(code)),
        "mu": belief.mu,
        "sd": round(belief.sd, 4),
        "comprehension_level": belief.comprehension_level,
        "difficulty_adjustment": belief.difficulty_adjustment,
        "lines_in_ten": {"least": least, "expected": middle, "most": most},
        "data_points": belief.points,
        "last": last
        and {
            "cause": last.cause,
            "where": last.where,
            "at": last.observation.at.isoformat(),
            "shift": round(last.shift, 4),
        },
    }
