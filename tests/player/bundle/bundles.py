"""Stories to put into bundles, homes to install them in, and bundles written byte by byte."""

from __future__ import annotations

import hashlib
import shutil
import struct
import zlib
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from db.store import Store
from player.audio.clips import ClipShelf
from player.bundle import Installed, Packed, Pick, create_bundle, install_bundle, narrowed
from player.cli.wiring import clip_length
from player.library import import_folder, open_story
from player.library.shelf import stored_hash
from player.story.graph import catalogue_id

SOUNDS = Path(__file__).parents[1] / "audio" / "clips"

STORY = """\
format: 1
slug: il-pozzo
age_range: 4-8
region: italia
moral: Look first
credits: Told by us
source_language: en
editions:
  it: {title: Il pozzo, description: Una storia}
  hi: {title: कुआँ}
characters:
  nonna: {name: Nonna, voice_profile: warm, bulbul_speaker: sara}
start: edge
nodes:
  edge:
    type: choice
    character: nonna
    text: {en: Deep?, it: Profondo?, hi: गहरा?}
    choices:
      A: {text: {en: "Yes", it: "Sì", hi: हाँ}, next: end, default: true}
      B: {text: {en: "No", it: "No", hi: नहीं}, next: look}
  look:
    type: choice
    text: {en: Again?, it: Ancora?, hi: फिर?}
    choices:
      A: {text: {en: "Yes", it: "Sì", hi: हाँ}, next: edge}
      B: {text: {en: "No", it: "No", hi: नहीं}, next: end}
  end: {type: end, text: {en: The end, it: Fine, hi: समाप्त}}
"""
CLIPS = {
    "it/0.00/sara/edge": "tone",
    "it/0.00/sara/look": "rise",
    "it/0.00/sara/end": "fall",
    "hi/0.00/meera/edge": "rise",
    "hi/0.00/meera/look": "fall",
    "hi/0.00/meera/end": "tone",
}


def write_folder(folder: Path, text: str = STORY, slug: str = "il-pozzo") -> Path:
    """Write the story of the well, or another text with its clips, into a new folder."""
    folder.mkdir(parents=True)
    (folder / "story.yaml").write_text(text.replace("il-pozzo", slug), encoding="utf-8")
    (folder / "cover.png").write_bytes(b"\x89PNG picture")
    for name, sound in CLIPS.items():
        path = folder / "audio" / f"{name}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOUNDS / f"{sound}.mp3", path)
    return folder


class Home:
    """The library of one machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stories = folder / "data" / "stories"
        self.stories.mkdir(parents=True, exist_ok=True)
        self.store = Store.open(folder / "data" / "kahani.sqlite")

    def take_in(self, folder: Path) -> None:
        import_folder(folder, self.store, self.stories, clip_length)

    def pack(self, target: Path, *slugs: str, languages: Sequence[str] = ()) -> Sequence[Packed]:
        stories = [open_story(slug, self.store) for slug in slugs or ("il-pozzo",)]
        return create_bundle(
            [Pick(narrowed(story, languages), story) for story in stories],
            target,
            ClipShelf([self.stories]).path_for,
            shelves=[self.stories],
            measure=clip_length,
        )

    def install(self, file: Path, *, replaces: bool = False) -> Sequence[Installed]:
        return install_bundle(file, self.store, self.stories, clip_length, replaces=replaces)

    def files(self) -> dict[str, bytes]:
        return files_below(self.stories)

    def stored(self, slug: str) -> str | None:
        """Return the content hash of a story that is here."""
        return stored_hash(slug, self.store)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "kahani.sqlite" not in path.name
    }


@contextmanager
def home_in(folder: Path) -> Any:
    home = Home(folder)
    yield home
    home.store.close()


@dataclass(frozen=True)
class Piece:
    """One file of a zip, with every number in it to lie about; None is the truth.

    The numbers before its bytes (`local_...`) are those of the directory where nothing else is
    said.
    """

    name: bytes
    content: bytes
    method: int = 0
    flags: int = 0
    crc: int | None = None
    packed: int | None = None
    size: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    local_packed: int | None = None
    mode: int = 0o100644
    attributes: int = 0
    extra: bytes = b""
    offset: int | None = None
    before: bytes = b""
    raw: bytes | None = None

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return deflated(self.content) if self.method == 8 else self.content


def deflated(content: bytes) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packing.compress(content) + packing.flush()


def zipped(
    pieces: Sequence[Piece],
    *,
    comment: bytes = b"",
    count: int | None = None,
    prefix: bytes = b"",
    gap: bytes = b"",
) -> bytes:
    """Return the bytes of a zip that says whatever its pieces say."""
    body, rows = bytearray(prefix), bytearray()
    for piece in pieces:
        body += piece.before
        at = len(body) if piece.offset is None else piece.offset
        packed = len(piece.body) if piece.packed is None else piece.packed
        size = len(piece.content) if piece.size is None else piece.size
        crc = zlib.crc32(piece.content) if piece.crc is None else piece.crc
        name = piece.name if piece.local_name is None else piece.local_name
        local_packed = packed if piece.local_packed is None else piece.local_packed
        local_size = size if piece.local_size is None else piece.local_size
        body += struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 20, piece.flags, piece.method, 0, 33, crc, local_packed,
            local_size, len(name), len(piece.extra),
        )  # fmt: skip
        body += name + piece.extra + piece.body
        rows += struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 788, 20, piece.flags, piece.method, 0, 33, crc, packed,
            size, len(piece.name), len(piece.extra), 0, 0, 0,
            piece.mode << 16 | piece.attributes, at,
        )  # fmt: skip
        rows += piece.name + piece.extra
    body += gap
    number = len(pieces) if count is None else count
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(rows), len(body), len(comment)
    )
    return bytes(body + rows + end + comment)


@dataclass
class Good:
    """A bundle without a fault, taken apart, to be put together with one."""

    pieces: dict[str, Piece]
    manifest: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home, file: Path) -> Good:
        home.pack(file)
        import zipfile  # noqa: PLC0415 - an independent reader, for taking apart only

        with zipfile.ZipFile(file) as packed:
            content = {name: packed.read(name) for name in packed.namelist()}
        manifest = msgspec.json.decode(content.pop("manifest.json"))
        return cls({name: Piece(name.encode(), each) for name, each in content.items()}, manifest)

    @property
    def story(self) -> dict[str, Any]:
        """What the manifest says of the one story."""
        found: dict[str, Any] = self.manifest["stories"][0]
        return found

    def change(self, name: str, **how: Any) -> Good:
        self.pieces[name] = replace(self.pieces[name], **how)
        return self

    def put(self, name: str, content: bytes, **how: Any) -> Good:
        """Add a file that the manifest tells of, or put another in its place."""
        self.pieces[name] = Piece(name.encode(), content, **how)
        others = [each for each in self.story["files"] if each["path"] != name]
        digest = hashlib.sha256(content).hexdigest()
        self.story["files"] = [*others, {"path": name, "size": len(content), "sha256": digest}]
        return self

    def slip_in(self, name: str | bytes, content: bytes = b"evil", **how: Any) -> Good:
        """Add a file that the manifest does not tell of."""
        raw = name.encode() if isinstance(name, str) else name
        self.pieces[f"+{name!r}{len(self.pieces)}"] = Piece(raw, content, **how)
        return self

    def say(self, **what: Any) -> Good:
        """Let the manifest say something else of the story."""
        self.story.update(what)
        return self

    def bytes(self, **how: Any) -> bytes:
        manifest = Piece(b"manifest.json", msgspec.json.encode(self.manifest))
        return zipped([manifest, *self.pieces.values()], **how)


def id_of(slug: str) -> str:
    return str(catalogue_id(slug))
