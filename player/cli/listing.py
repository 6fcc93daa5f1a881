"""The stories as a list for the plain mode: numbered, searched, one taken by its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TextIO

import msgspec

from player.cli.shelving import Shelving
from player.cli.wiring import open_store
from player.paths import Paths
from player.plain import readable
from player.resources import bundled_stories
from player.roman import search_key, typed_key
from player.tui import wording
from player.tui.services import Settings, Shelved

AT_ONCE: Final = 20
"""How many stories are listed at once: as many as one cares to listen to."""

LEAVING: Final = ("", "q", "quit", "exit")


def shelf(paths: Paths, language: str | None) -> tuple[Shelved, ...]:
    """Return all stories, those heard last first, then by title. Blocks. Raises StoreError."""
    store = open_store(paths)
    try:
        roots = (paths.stories, bundled_stories())
        stories = Shelving(store, roots).catalogue(Settings(language=language))
    finally:
        store.close()
    return tuple(sorted(stories, key=_order))


def found(stories: Sequence[Shelved], query: str) -> tuple[Shelved, ...]:
    """Return the stories that have every word of `query`, in any script, in title or name."""
    wanted = typed_key(query).split()
    keys = ((s, search_key(f"{s.title} {s.subtitle} {s.slug.replace('-', ' ')}")) for s in stories)
    return tuple(story for story, key in keys if all(word in key for word in wanted))


def as_objects(stories: Sequence[Shelved], out: TextIO) -> None:
    """Write each story as one JSON object, for programs."""
    for s in stories:
        facts = {
            "event": "story",
            "slug": s.slug,
            "title": s.title,
            "subtitle": s.subtitle,
            "languages": s.languages,
            "duration_sec": s.duration_sec,
            "percentage": s.percentage,
            "completed": s.is_completed,
            "reaction": s.reaction,
        }
        print(msgspec.json.encode(facts).decode(), file=out, flush=True)


def in_words(stories: Sequence[Shelved], out: TextIO) -> None:
    """Write the stories numbered, a line each, as many as one cares to listen to."""
    for number, story in enumerate(stories[:AT_ONCE], start=1):
        print(readable(f"{number}. {_line(story)}", out.encoding), file=out)
    if (more := len(stories) - AT_ONCE) > 0:
        print(f"And {more} more.", file=out)
    out.flush()


def asked(stories: Sequence[Shelved], typed: TextIO, out: TextIO) -> str | None:
    """List the stories and ask for one; return its slug, None where the listener leaves."""
    listed = tuple(stories)
    in_words(listed, out)
    while True:
        print("Type a number to listen, words to search, or q to leave.", file=out, flush=True)
        line = typed.readline().strip()
        if line.casefold() in LEAVING:
            return None
        if line.isdecimal():
            if 1 <= int(line) <= len(listed):
                return listed[int(line) - 1].slug
            print(f"Not done: there is no story {line}.", file=out)
            continue
        if any(line == story.slug for story in stories):
            return line
        if matching := found(stories, line):
            listed = matching
            in_words(listed, out)
        else:
            print(f"No story has {line!r} in its title.", file=out)


def _order(story: Shelved) -> tuple[float, str]:
    heard = story.last_played_at
    return (-heard.timestamp() if heard else 0.0, story.title)


def _line(story: Shelved) -> str:
    facts = (
        f"{story.slug}: {story.title}",
        story.subtitle,
        wording.languages(story.languages),
        wording.minutes(story.duration_sec),
        wording.progress(story.percentage, is_completed=story.is_completed).replace("%", "percent"),
        wording.reaction(story.reaction),
    )
    return f"{'; '.join(fact for fact in facts if fact)}."
