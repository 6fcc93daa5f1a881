"""Stories of the store in the words of the library screen; nothing here is for the event loop."""

from __future__ import annotations

import gc
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from db.asking.catalogue import catalogue_mark, outline, words
from db.asking.clip_names import clip_names
from db.records import CatalogueEntry, ListenedRecord
from player.audio.cache import Holdings
from player.library import open_story
from player.story.cleaning import cleaned, fault_in
from player.story.graph import Clip, Story
from player.tui.services import Outline, Settings, Shelved

if TYPE_CHECKING:
    from db.store import Store
    from player.cli.far_shelf import FarShelf

_UNHEARD: Final = ListenedRecord()
_MUSIC: Final = ".mp3"
_AUDIO: Final = "audio"
AT_ONCE: Final = 512


class Shelving:
    """Keeps the library that was told last, and tells of it again only what changed.

    Stories of `far` that are not here stand among the others, as not downloaded. `warm` gets a
    clip of a story that is looked at and not here, as it may be heard next. Any thread may ask;
    one is answered after the other.
    """

    def __init__(
        self,
        store: Store,
        roots: Sequence[Path],
        holdings: Holdings | None = None,
        far: FarShelf | None = None,
        *,
        warm: Callable[[Clip], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._far = far
        self._warm = warm
        self._roots = tuple(roots)
        self._holdings = holdings
        self._looked_at: set[str] = set()
        self._kept: frozenset[str] = frozenset()
        self._kept_as_of: object = None
        self._lock = Lock()
        self._known: object = None
        self._stories: tuple[Shelved, ...] = ()
        self._places: dict[str, int] = {}
        self._listened: Mapping[str, ListenedRecord] = {}

    def catalogue(self, settings: Settings) -> Sequence[Shelved]:
        """Return the library in the listener's language.

        A story that is as it was is the same object, and the whole is the same where all are.
        """
        with self._lock:
            here, bare = on_this_machine(self._roots)
            seen = self._far.mark if self._far is not None else 0
            far = self._far.entries if self._far is not None else ()
            known = (self._store.read(catalogue_mark), settings.language, here, seen)
            listened = self._store.listened()
            if known != self._known:
                with _for_good():
                    self._shelve(_with(self._store.catalogue(settings.language), far), here)
                self._known, self._listened = known, {}
                self._kept, self._kept_as_of = frozenset(), None
            self._mark(listened)
            self._mark_kept({*listened, *self._looked_at, *bare}, here)
            return self._stories

    def words(self, slugs: Sequence[str]) -> Mapping[str, str]:
        """Return all titles and descriptions, in every language."""
        far = self._far.words(slugs) if self._far is not None else {}
        return far | self._store.read(lambda tx: words(tx, slugs))

    def outline(self, slug: str) -> Outline:
        """Return what is told of one story when it is looked at."""
        found = self._store.read(lambda tx: outline(tx, slug))
        missing, kept_bytes = max(0, found.clips - _clips_of(slug, self._roots)), 0
        whole: tuple[str, ...] = ()
        if missing and self._holdings is not None:
            self._looked_at.add(slug)
            story = open_story(slug, self._store)
            missing, whole = missing_of(story, self._roots, self._holdings)
            if missing:
                self._warm(next(clip for node in story.nodes.values() for clip in node.clips))
            pins = [pin.clips for pin in self._holdings.pins() if pin.slug == slug]
            kept_bytes = sum({name: n for clips in pins for name, n in clips.items()}.values())
        return Outline(
            endings=found.endings,
            variants=found.variants,
            clips=found.clips,
            clips_missing=missing,
            languages_here=whole,
            kept_bytes=kept_bytes,
        )

    def _shelve(self, entries: Sequence[CatalogueEntry], here: frozenset[str]) -> None:
        same: dict[str, str] = {}  # a word that stands on thousands of stories is kept once
        stories: list[Shelved] = []
        for start in range(0, len(entries), AT_ONCE):
            some = entries[start : start + AT_ONCE]
            texts = zip(
                _cleaned([entry.title for entry in some]),
                _cleaned([entry.english for entry in some]),
                _cleaned([entry.description for entry in some]),
                strict=True,
            )
            stories += map(partial(_shelved, here=here, same=same), some, texts)
        self._stories = tuple(stories)
        self._places = {entry.slug: place for place, entry in enumerate(entries)}

    def _mark(self, listened: Mapping[str, ListenedRecord]) -> None:
        slugs = {*listened, *self._listened}
        changed = [slug for slug in slugs if listened.get(slug) != self._listened.get(slug)]
        if changed:
            stories = list(self._stories)
            for slug in changed:
                if (place := self._places.get(slug)) is not None:
                    facts = _facts(listened.get(slug, _UNHEARD))
                    stories[place] = replace(stories[place], **facts)
            self._stories = tuple(stories)
        self._listened = listened

    def _mark_kept(self, candidates: AbstractSet[str], here: AbstractSet[str]) -> None:
        """Mark the stories whose clips are in the cache, or that have none, of the candidates.

        A clip comes there because its story was pinned or heard: nobody has to look at the others.
        """
        if self._holdings is None:
            return
        as_of = (self._holdings.mark(), candidates)
        if as_of == self._kept_as_of:
            return
        self._kept_as_of = as_of
        there = self._holdings.checksums()
        pinned = {pin.slug for pin in self._holdings.pins()}
        slugs = ({*candidates, *pinned} - here) & self._places.keys()
        names = self._store.read(lambda tx: clip_names(tx, slugs)) if slugs else {}
        kept = frozenset(
            slug
            for slug in slugs
            if slug not in names or any(clips <= there for clips in names[slug].values())
        )
        stories = list(self._stories)
        for slug in kept ^ self._kept:
            if (place := self._places.get(slug)) is not None:
                stories[place] = replace(stories[place], is_downloaded=slug in kept)
        if kept != self._kept:
            self._stories, self._kept = tuple(stories), kept


def _with(here: Sequence[CatalogueEntry], far: Sequence[CatalogueEntry]) -> list[CatalogueEntry]:
    """Return the entries by slug; those that are here go over those seen elsewhere."""
    if not far:
        return list(here)
    entries = {entry.slug: entry for entry in (*far, *here)}
    return sorted(entries.values(), key=lambda entry: entry.slug)


@contextmanager
def _for_good() -> Iterator[None]:
    """Keep what is made here out of the search for garbage, which it would hold up by 0.1 s.

    Going through fifty thousand stories that stay, again and again, is all that it would find.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


def on_this_machine(roots: Iterable[Path]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the slugs of the stories whose clips came with them, and of those that brought none.

    One look at each root, and one at each folder below it, is all it costs.
    """
    whole: set[str] = set()
    bare: set[str] = set()
    for root in roots:
        try:
            for path in root.iterdir():
                (whole if (path / _AUDIO).is_dir() else bare).add(path.name)
        except OSError:
            continue  # no such folder yet
    return frozenset(whole), frozenset(bare - whole)


def missing_of(
    story: Story, roots: Iterable[Path], holdings: Holdings
) -> tuple[int, tuple[str, ...]]:
    """Return how many clips of a story are neither on a shelf nor in the cache; reads none.

    The languages of which none is missing come with it.
    """
    there, roots = holdings.checksums(), tuple(roots)
    missing: Counter[str] = Counter()
    clips = [clip for node in story.nodes.values() for clip in node.clips]
    for clip in clips:
        is_here = clip.checksum in there or any((root / clip.path).is_file() for root in roots)
        missing[clip.language] += not is_here
    return missing.total(), tuple(language for language, count in missing.items() if not count)


def _clips_of(slug: str, roots: Iterable[Path]) -> int:
    """Count the clips of a story that are here."""
    folders = (root / slug for root in roots)
    return max((sum(1 for _ in folder.rglob(f"*{_MUSIC}")) for folder in folders), default=0)


def _cleaned(texts: Sequence[str]) -> Sequence[str]:
    """Clean texts; most are clean, which one look at all of them finds out three times as fast."""
    joined = "\n".join(texts)
    is_clean = "\t" not in joined and unicodedata.is_normalized("NFC", joined)
    if is_clean and fault_in(joined) is None:
        return [text.strip() for text in texts]
    return [cleaned(text) for text in texts]


def _shelved(
    entry: CatalogueEntry, texts: tuple[str, str, str], here: frozenset[str], same: dict[str, str]
) -> Shelved:
    title, english, description = texts
    return Shelved(
        slug=entry.slug,
        title=title,
        subtitle=english if english != title else "",
        description=description,
        languages=entry.languages,
        duration_sec=entry.duration_sec,
        format=_same(entry.format, same),
        genre=_same(entry.genre, same),
        age_range=_same(entry.age_range, same),
        region=_same(entry.region, same),
        difficulty=_same(entry.difficulty, same),
        difficulty_score=entry.difficulty_score,
        is_downloaded=entry.slug in here,
    )


def _same(word: str | None, same: dict[str, str]) -> str | None:
    return same.setdefault(word, word) if word else None


def _facts(did: ListenedRecord) -> dict[str, Any]:
    return {name: getattr(did, name) for name in did.__slots__}
