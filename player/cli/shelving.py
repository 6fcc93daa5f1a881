"""Stories of the store in the words of the library screen; nothing here is for the event loop."""

from __future__ import annotations

import gc
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from db.catalogue import catalogue_mark, outline, words
from db.records import CatalogueEntry, ListenedRecord
from player.story.cleaning import cleaned, fault_in
from player.tui.services import Outline, Settings, Shelved

if TYPE_CHECKING:
    from db.store import Store

_UNHEARD: Final = ListenedRecord()
_MUSIC: Final = ".mp3"
AT_ONCE: Final = 512


class Shelving:
    """Keeps the library that was told last, and tells of it again only what changed.

    Any thread may ask; one is answered after the other.
    """

    def __init__(self, store: Store, roots: Sequence[Path]) -> None:
        self._store = store
        self._roots = tuple(roots)
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
            here = on_this_machine(self._roots)
            known = (self._store.read(catalogue_mark), settings.language, here)
            listened = self._store.listened()
            if known != self._known:
                with _for_good():
                    self._shelve(self._store.catalogue(settings.language), here)
                self._known, self._listened = known, {}
            self._mark(listened)
            return self._stories

    def words(self, slugs: Sequence[str]) -> Mapping[str, str]:
        """Return all titles and descriptions, in every language."""
        return self._store.read(lambda tx: words(tx, slugs))

    def outline(self, slug: str) -> Outline:
        """Return what is told of one story when it is looked at."""
        found = self._store.read(lambda tx: outline(tx, slug))
        missing = max(0, found.clips - _clips_of(slug, self._roots))
        return Outline(
            endings=found.endings,
            variants=found.variants,
            clips=found.clips,
            clips_missing=missing,
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


def on_this_machine(roots: Iterable[Path]) -> frozenset[str]:
    """Return the slugs of the stories whose clips are all here: bundled, or the listener's own.

    A folder below a root is a story that was brought in whole; one look at each root is all it
    costs. What is fetched from afar is to be added here.
    """
    found: set[str] = set()
    for root in roots:
        try:
            found.update(path.name for path in root.iterdir() if not path.name.startswith("."))
        except OSError:
            continue  # no such folder yet
    return frozenset(found)


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
