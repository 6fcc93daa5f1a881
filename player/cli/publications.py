"""Where the clips of a story were published: the note of it, found, written and taken over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from player.errors import KahaniError, UsageError
from player.paths import Paths
from player.resources import bundled_stories

if TYPE_CHECKING:
    from player.story.graph import Clip, Story
    from player.story.published import Destination, Publication

_ASIDE: Final = "published"


@dataclass(slots=True)
class Published:
    """A story folder, the story in it, and what was published of it, as `file` notes it."""

    folder: Path
    file: Path
    story: Story
    publication: Publication | None

    def note(self, to: Destination, clips: Iterable[Clip]) -> None:
        """Note that `clips` are there now; those of nodes that are no more are dropped."""
        from player.library.publications import place_of
        from player.story.published import Publication, published, write_published

        former = dict(self.publication.clips) if self.publication else {}
        wanted = {place_of(self.story, c) for n in self.story.nodes.values() for c in n.clips}
        noted = {place: clip for place, clip in former.items() if place in wanted}
        noted |= {place_of(self.story, clip): published(clip, to) for clip in clips}
        if not noted:
            return
        self.publication = Publication(to, noted)
        _write(self.file, write_published(self.publication))

    def bring_in(self) -> bool:
        """Take the addresses over into the library, where it has this story; whether it has."""
        from player.cli.wiring import open_store
        from player.library.shelf import put_story, stored_hash

        paths = Paths.find()
        if not paths.store.exists():
            return False
        store = open_store(paths)
        try:
            if stored_hash(self.story.slug, store) != self.story.content_hash:
                return False
            put_story(self._addressed(), store)
        finally:
            store.close()
        return True

    def _addressed(self) -> Story:
        """Return the story with the addresses noted."""
        from dataclasses import replace

        from player.library.publications import place_of

        noted = self.publication.clips if self.publication else {}

        def addressed(clip: Clip) -> Clip:
            there = noted.get(place_of(self.story, clip))
            is_same = there is not None and there.checksum == clip.checksum
            return replace(clip, url=there.url) if there is not None and is_same else clip

        nodes = {
            key: replace(node, clips=tuple(addressed(clip) for clip in node.clips))
            for key, node in self.story.nodes.items()
        }
        return replace(self.story, nodes=nodes)


def find_published(name: str) -> Published:
    """Return the story of a folder, or of the library, and what was published of it.

    Raises UsageError where there is none, StoryErrors where it has errors.
    """
    from player.cli.wiring import clip_length
    from player.library.folders import read_folder
    from player.library.publications import PUBLISHED_FILE, publication_at

    folder, file = _places(name, PUBLISHED_FILE)
    story = read_folder(folder, clip_length)
    try:
        publication = publication_at(file)
    except ValueError as error:
        raise UsageError(f"{file} cannot be used: {error}. Delete it to begin anew.") from None
    return Published(folder, file, story, publication)


def _places(name: str, file: str) -> tuple[Path, Path]:
    """Return the folder of a story, and where its publication is noted.

    What comes with the program is noted among the listener's data: its folder is not theirs.
    """
    folder = Path(name)
    if folder.exists() or "/" in name or "\\" in name:
        if not folder.is_dir():
            raise UsageError(f"{name} is no folder; give the folder of a story, or a slug.")
        return folder, folder / file
    paths = Paths.find()
    own, bundled = paths.stories / name, bundled_stories() / name
    if own.is_dir():
        return own, own / file
    if bundled.is_dir():
        return bundled, paths.data / _ASIDE / f"{name}.json"
    slugs = sorted(
        path.name
        for root in (paths.stories, bundled_stories())
        if root.is_dir()
        for path in root.iterdir()
        if path.is_dir() and not path.name.startswith(".")
    )
    there = f"There is: {', '.join(slugs[:20]) or 'none yet'}."
    raise UsageError(f"No story {name[:100]!r} has its files on this machine. {there}")


def _write(path: Path, text: str) -> None:
    from player.studio.manifest import write_beside

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_beside(path, text.encode())
    except OSError as error:
        raise KahaniError(
            f"{path} cannot be written ({error.strerror or 'the disk refuses'}), so nobody knows"
            " where the clips are. Copy the folder to a place of your own and publish that."
        ) from None
