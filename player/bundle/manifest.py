"""The manifest of a bundle: what it holds, file by file, and which program reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import msgspec

from player.bundle.names import MANIFEST
from player.errors import UsageError
from player.story.cleaning import quoted
from player.story.graph import catalogue_id
from player.story.problems import Problems

FORMAT: Final = 1
NEEDS: Final = "0.1.0"
"""The first version of the program that reads this format."""
MOST_BYTES: Final = 16 * 2**20
"""Of a manifest: 50,000 files make 10 MB."""


class BundleNewerError(UsageError):
    """The bundle was made by a later version of the program, which is needed to read it."""


class FileFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file: where it lies in the bundle, its bytes, their SHA-256 in lower-case hex."""

    path: str
    size: int
    sha256: str


class StoryFact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One story. `made_from` is the content hash of the whole one, where languages are left out."""

    slug: str
    id: UUID
    content_hash: str
    languages: list[str]
    files: list[FileFact]
    made_from: str | None = None


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of it; `program` made the bundle, `needs` is the first version that reads it."""

    format: int
    program: str
    needs: str
    stories: list[StoryFact]

    @property
    def files(self) -> Iterator[FileFact]:
        """All files but the manifest itself."""
        return (file for story in self.stories for file in story.files)


class _Head(msgspec.Struct):
    """What a manifest of any format, this one's or a later one's, says first."""

    format: int
    program: str = ""
    needs: str = ""


def encode(manifest: Manifest) -> bytes:
    """Return the manifest as text that people can read too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def refuse_newer(content: bytes, version: str) -> None:
    """Raise BundleNewerError where these bytes are the manifest of a later format."""
    try:
        head = msgspec.json.decode(content, type=_Head)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return  # damaged, which is told with all else that is
    if head.format > FORMAT:
        needed = quoted(head.needs or head.program, 40, "") or "a newer version"
        raise BundleNewerError(
            f"This bundle is of format {head.format} and needs kahani {needed} or newer; this is"
            f" kahani {version}, which reads format {FORMAT}. Install the newer one."
        )


def decode(content: bytes, problems: Problems) -> Manifest | None:
    """Read a manifest; what is wrong with it goes to `problems`."""
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        said = f"cannot be read: {quoted(str(error), 200, '')}"
        problems.error(0, (MANIFEST,), "bad-manifest", said)
        return None
    if manifest.format != FORMAT:
        said = f"format {manifest.format}; this program reads format {FORMAT}"
        problems.error(0, (MANIFEST,), "bad-format", said)
        return None
    if not manifest.stories:
        problems.error(0, (MANIFEST,), "bad-manifest", "there is no story in it")
    seen: set[str] = set()
    for story in manifest.stories:
        _check(story, seen, problems)
        seen.add(story.slug)
    return manifest


def _check(story: StoryFact, seen: set[str], problems: Problems) -> None:
    slug = quoted(story.slug)
    if story.slug in seen:
        problems.error(0, (MANIFEST,), "bad-manifest", f"the story {slug} stands twice in it")
    if story.id != catalogue_id(story.slug):
        said = f"the id {story.id} is not that of the story {slug}"
        problems.error(0, (MANIFEST,), "bad-manifest", said)
    for file in story.files:
        if not file.path.startswith(f"{story.slug}/"):
            said = f"{quoted(file.path, 200)} does not lie in the folder of the story {slug}"
            problems.error(0, (MANIFEST,), "bad-manifest", said)
