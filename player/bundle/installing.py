"""Installing a bundle: every story of it, checked, or nothing at all."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from player.bundle.manifest import StoryFact
from player.bundle.reading import Contents, opened, read_contents, unpack
from player.bundle.remembering import came_from_bundles, remember
from player.bundle.rereading import is_made_from
from player.bundle.unpacking import alone_in, new_folder_in, synced
from player.bundle.verifying import BundleRefusedError, examined
from player.errors import MissingPartError, UsageError
from player.library.folders import Looked, Measure
from player.library.placing import ImportingStore, place_stories
from player.library.shelf import bundled_slugs, is_whole, open_story, stored_hash
from player.story.problems import Problems

_SPARE_BYTES: Final = 2**20
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


class Outcome(StrEnum):
    """What became of a story of a bundle."""

    INSTALLED = "installed"
    UPDATED = "updated"
    ALREADY = "already installed"
    KEPT = "comes with kahani in another version, which stays"


@dataclass(frozen=True, slots=True)
class Installed:
    """One story of a bundle that was installed."""

    slug: str
    outcome: Outcome


def install_bundle(
    path: Path,
    store: ImportingStore,
    stories_dir: Path,
    measure: Measure | None = None,
    *,
    replaces: bool = False,
) -> tuple[Installed, ...]:
    """Check a bundle whole, then bring all its stories in, or none of them.

    A story that is here from a bundle is brought up to date, places kept. With `replaces` also one
    that is the listener's own, or that has languages which the bundle lacks. Raises UsageError with
    all that is wrong, MissingPartError where there is no room, OSError and the store's errors.
    """
    with opened(path) as stream:
        problems = Problems(path.name)
        contents = read_contents(stream, problems)
        if contents is None or problems.has_errors:
            raise _refused(path, problems)
        stories_dir.mkdir(parents=True, exist_ok=True)
        with alone_in(stories_dir):
            here = _Here(store, stories_dir, measure, replaces=replaces)
            outcomes = {fact.slug: here.outcome(fact) for fact in contents.manifest.stories}
            coming = [fact for fact in contents.manifest.stories if _comes(outcomes[fact.slug])]
            if coming:
                with (
                    _room_for(contents, stories_dir),
                    _checked(stream, contents, stories_dir, problems, measure) as looked,
                ):
                    slugs = {fact.slug for fact in coming}
                    remember(coming, store)
                    wanted = [each for each in looked if each.folder.name in slugs]
                    place_stories(wanted, store, stories_dir)
    return tuple(Installed(slug, outcome) for slug, outcome in outcomes.items())


@dataclass(frozen=True, slots=True)
class _Here:
    """What the library of this machine holds already."""

    store: ImportingStore
    stories_dir: Path
    measure: Measure | None
    replaces: bool

    def outcome(self, fact: StoryFact) -> Outcome:
        """Return what will become of a story. Raises UsageError where it may not come in."""
        slug = fact.slug
        stored = stored_hash(slug, self.store)
        is_same = stored == fact.content_hash or self._holds_whole(fact, stored)
        if slug in bundled_slugs(self.store):
            return Outcome.ALREADY if is_same else Outcome.KEPT
        if is_same and is_whole(self.stories_dir / slug, stored, self.measure):
            return Outcome.ALREADY
        if stored in (None, fact.content_hash):
            return Outcome.INSTALLED
        if not self.replaces:
            self._refuse_loss(fact, stored)
        return Outcome.UPDATED

    def _holds_whole(self, fact: StoryFact, stored: str | None) -> bool:
        """Whether the story here is the one of which the bundle has a part: it says so, and it is.

        Raises UsageError where it is not, and the story here would be passed over for a word.
        """
        if stored is None or fact.made_from != stored:
            return False
        if is_made_from(open_story(fact.slug, self.store), fact.content_hash, fact.languages):
            return True
        if self.replaces:
            return False
        raise UsageError(
            f"{fact.slug}: the bundle says that it was made from the story in your library, but"
            " what it holds is no part of that. Nothing was installed; get it again from where it"
            " came, or with --replace the one of the bundle takes its place."
        )

    def _refuse_loss(self, fact: StoryFact, stored: str | None) -> None:
        slug = fact.slug
        if stored not in came_from_bundles(slug, self.store):
            raise UsageError(
                f"{slug}: there is a story of this name in your library that came from no bundle."
                " Nothing was installed; with --replace the one of the bundle takes its place."
            )
        if lost := [key for key in self._languages(slug) if key not in fact.languages]:
            raise UsageError(
                f"{slug} is installed in {', '.join(lost)} too, which this bundle does not have."
                " Nothing was installed; with --replace the one of the bundle takes its place."
            )

    def _languages(self, slug: str) -> list[str]:
        if (story := self.store.story(slug)) is not None:
            return [row.language_code for row in story.translations]
        episode = self.store.episode(slug)
        return [episode.language] if episode is not None else []


def _comes(outcome: Outcome) -> bool:
    return outcome in (Outcome.INSTALLED, Outcome.UPDATED)


@contextmanager
def _checked(
    stream: BinaryIO,
    contents: Contents,
    stories_dir: Path,
    problems: Problems,
    measure: Measure | None,
) -> Iterator[Sequence[Looked]]:
    """Unpack the stories into a folder beside their places, check and sync them; remove the rest.

    Raises BundleRefusedError.
    """
    with new_folder_in(stories_dir) as folder:
        unpack(stream, contents, folder, problems)
        looked = [] if problems.has_errors else [*examined(contents, folder, problems, measure)]
        if problems.has_errors:
            raise _refused(Path(problems.file), problems)
        synced(folder)
        yield looked


@contextmanager
def _room_for(contents: Contents, stories_dir: Path) -> Iterator[None]:
    """See that there is room before and say so where there was none after all."""
    free = shutil.disk_usage(stories_dir).free
    said = f"There is no room for {contents.size:,} bytes in {stories_dir}"
    if free < contents.size + _SPARE_BYTES:
        raise MissingPartError(f"{said}: {free:,} are free. Nothing was installed; free some.")
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise MissingPartError(f"{said}. Nothing was installed; free some and try again.") from None


def _refused(path: Path, problems: Problems) -> BundleRefusedError:
    said = "is refused and nothing was installed; get it again from where it came:"
    return BundleRefusedError(f"{path.name} {said}", problems.found())
