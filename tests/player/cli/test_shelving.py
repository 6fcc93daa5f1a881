"""Downloaded or not: the library knows what came with a story, and what lies in the cache."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.store import Store
from player.audio.cache import ClipCache, Holdings, Upkeep
from player.audio.downloading import clips_of
from player.cli.shelving import Shelving
from player.library import import_folder, open_story
from player.story.graph import Clip
from player.tui.services import Settings

FOX = Path(__file__).parents[3] / "assets" / "stories" / "la-volpe-e-la-luna"
SLUG = FOX.name


class Library:
    """A store with one story, whose clips came with it only where `is_whole`."""

    def __init__(self, folder: Path, *, is_whole: bool) -> None:
        self.shelf, self.folder = folder / "stories", folder / "cache"
        self.store = Store.open(folder / "kahani.sqlite")
        import_folder(FOX, self.store, self.shelf)
        if not is_whole:
            shutil.rmtree(self.shelf / SLUG / "audio")
        self.clips = clips_of(open_story(SLUG, self.store), None)
        self.cache = ClipCache(self.folder)
        self.upkeep = Upkeep(self.folder)
        self.warmed: list[Clip] = []
        holdings = Holdings(self.folder)
        self.shelving = Shelving(self.store, [self.shelf], holdings, warm=self.warmed.append)

    @property
    def is_downloaded(self) -> bool:
        (story,) = self.shelving.catalogue(Settings())
        return story.is_downloaded

    def pin(self) -> None:
        self.upkeep.pin(SLUG, None, {clip.checksum: clip.size for clip in self.clips})

    def keep(self, *clips: Clip) -> None:
        for clip in clips:
            content = (FOX.parent / clip.path).read_bytes()
            assert hashlib.sha256(content).hexdigest() == clip.checksum
            self.cache.keep(clip, content)

    def close(self) -> None:
        self.cache.close()
        self.upkeep.close()
        self.store.close()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path, is_whole=False)
    yield library
    library.close()


def test_a_story_that_came_with_its_clips_is_downloaded(tmp_path: Path) -> None:
    library = Library(tmp_path, is_whole=True)
    assert library.is_downloaded
    assert library.shelving.outline(SLUG).clips_missing == 0
    library.close()


def test_a_pinned_story_is_downloaded_once_the_last_clip_is_here(library: Library) -> None:
    assert not library.is_downloaded
    library.pin()
    library.keep(*library.clips[:-1])
    assert not library.is_downloaded
    told = library.shelving.outline(SLUG)
    assert (told.clips_missing, told.languages_here) == (1, ())
    library.keep(library.clips[-1])
    assert library.is_downloaded
    told = library.shelving.outline(SLUG)
    assert (told.clips_missing, told.languages_here) == (0, ("it",))
    assert told.kept_bytes == sum(clip.size for clip in library.clips)


def test_a_story_whose_clips_went_is_online_again(library: Library) -> None:
    library.pin()
    library.keep(*library.clips)
    assert library.is_downloaded
    library.upkeep.clear(everything=True)
    assert not library.is_downloaded


def test_what_was_not_pinned_is_found_out_when_it_is_looked_at(library: Library) -> None:
    library.keep(*library.clips)
    assert not library.shelving.outline(SLUG).clips_missing
    assert library.is_downloaded


def test_a_connection_is_made_for_a_story_that_is_looked_at_and_not_here(
    library: Library,
) -> None:
    library.shelving.outline(SLUG)
    (clip,) = library.warmed
    assert clip in library.clips
    library.keep(*library.clips)
    library.shelving.outline(SLUG)
    assert library.warmed == [clip]


def test_an_unchanged_cache_leaves_the_library_the_same_objects(library: Library) -> None:
    library.pin()
    library.keep(*library.clips)
    stories = library.shelving.catalogue(Settings())
    assert library.shelving.catalogue(Settings()) is stories
