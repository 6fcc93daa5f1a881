"""What the doctor says of clips: whole, missing, elsewhere, and whether those would come."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from player.audio.cache import Holdings
from player.audio.clips import ClipMissingError
from player.audio.fetch import Addresses
from player.audio.fetch.addresses import PUBLIC_URL
from player.audio.fetch.probing import probe
from player.audio.fetch.troubles import TroubleError
from player.cli.clips import shelf_of
from player.errors import KahaniError
from player.library import open_story
from player.paths import Paths

if TYPE_CHECKING:
    from db.store import Store
    from player.audio.clips import ClipShelf
    from player.story.graph import Clip, Story

MOST_ASKED: Final = 3
"""So many hosts are asked at most, 3 s each."""
_STILL: Final = "What is in the cache is heard all the same."


class Looked(NamedTuple):
    """A finding of the doctor: its name, its state and what is to be said."""

    name: str
    state: str
    text: str


def look_at_clips(paths: Paths, slugs: Sequence[str], store: Store) -> Iterator[Looked]:
    """Yield what there is to say of the clips of these stories; asks those who have the others."""
    shelf, addresses = shelf_of(paths), Addresses.from_environment()
    whole = 0
    faults: list[str] = []
    elsewhere: dict[str, list[Clip]] = {}
    for slug in slugs:
        count, damaged, missing = _sort(open_story(slug, store), shelf, addresses)
        whole += count
        faults += damaged
        if missing:
            elsewhere[slug] = missing
    text = f"{whole:,} clips are whole"
    if faults:
        text += f", {len(faults):,} are not: {faults[0]}"
    yield Looked("clips", "missing" if faults else "ok", text)
    if elsewhere:
        clips = [clip for each in elsewhere.values() for clip in each]
        there = Holdings(paths.cache).checksums()
        left = [clip for clip in clips if clip.checksum not in there]
        yield Looked("clips elsewhere", "ok", _counted(len(elsewhere), clips, left))
        yield from _ask(addresses, left or clips)


def _sort(
    story: Story, shelf: ClipShelf, addresses: Addresses
) -> tuple[int, list[str], list[Clip]]:
    """Return how many clips are whole, what is wrong with others, and which lie elsewhere.

    Missing is one that nobody would fetch, of a language whose other clips are on the shelf.
    """
    whole = 0
    faults: list[str] = []
    missing: list[tuple[Clip, str]] = []
    spoken: set[str] = set()
    for clip in [clip for node in story.nodes.values() for clip in node.clips]:
        try:
            shelf.path_for(clip)
        except ClipMissingError as error:
            missing.append((clip, str(error)))
        except KahaniError as error:
            faults.append(str(error))
        else:
            whole += 1
            spoken.add(clip.language)
    lost = [(c, why) for c, why in missing if c.language in spoken and addresses.obstacle(c.url)]
    elsewhere = [clip for clip, why in missing if (clip, why) not in lost]
    return whole, faults + [why for _, why in lost], elsewhere


def _counted(stories: int, clips: Sequence[Clip], left: Sequence[Clip]) -> str:
    told = f"{stories:,} {'story has' if stories == 1 else 'stories have'} {len(clips):,} of them"
    return f"{told}; {len(clips) - len(left):,} are in the cache"


def _ask(addresses: Addresses, clips: Iterable[Clip]) -> Iterator[Looked]:
    """Ask each host that has clips for one of them."""
    asked: set[str] = set()
    for clip in clips:
        if obstacle := addresses.obstacle(clip.url):
            host, found = (
                obstacle,
                Looked(
                    "clip server", "note", f"{clip.path} cannot be fetched. {obstacle} {_STILL}"
                ),
            )
        else:
            host = _host(clip.url)
            found = None
        if host in asked or len(asked) >= MOST_ASKED:
            continue
        asked.add(host)
        yield found or _answer(addresses, clip)


def _answer(addresses: Addresses, clip: Clip) -> Looked:
    how = ""
    if clip.url.startswith("r2:"):
        is_public = bool(os.environ.get(PUBLIC_URL, "").strip())
        how = f", by {PUBLIC_URL}" if is_public else ", by the R2 keys"
    try:
        return Looked("clip server", "ok", f"{probe(addresses, clip)} answers{how}")
    except TroubleError as trouble:
        said = filter(None, (f"{trouble.why}{how}.", trouble.help, _STILL))
        return Looked("clip server", "note", " ".join(said))


def _host(url: str) -> str:
    return url.split("/", 3)[2] if url.count("/") > 2 else url  # noqa: PLR2004 - scheme://host/
