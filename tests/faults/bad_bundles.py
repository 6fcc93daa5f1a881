"""Bundles with one fault each, and the words by which each is refused."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tests.player.bundle.bundles import CLIPS, STORY, Good, Piece, deflated, id_of, zipped

TEXT = "il-pozzo/story.yaml"
CLIP = f"il-pozzo/audio/{next(iter(CLIPS))}.mp3"
ZEROS = bytes(30_000_000)
LINK, DEVICE, PIPE, FOLDER = 0o120777, 0o020666, 0o010644, 0o040755

Fault = Callable[[Good], bytes]


def of_other_format(good: Good, number: int, **more: str) -> bytes:
    good.manifest |= {"format": number, "needs": "7.8.9", **more}
    return good.bytes()


def instead(manifest: bytes) -> bytes:
    return zipped([Piece(b"manifest.json", manifest)])


def without(good: Good, name: str) -> bytes:
    del good.pieces[name]
    return good.bytes()


def many(good: Good, count: int) -> bytes:
    pieces = [Piece(f"il-pozzo/audio/it/0.00/s/n{n}.mp3".encode(), b"") for n in range(count)]
    return zipped([*good.pieces.values(), *pieces])


def doubled(good: Good) -> bytes:
    good.manifest["stories"] *= 2
    return good.bytes()


def reached_twice(good: Good) -> bytes:
    """Two rows of the directory for the same bytes: the bomb that overlaps."""
    offset = good.bytes().index(b"PK\x03\x04", 1)
    good.slip_in("il-pozzo/cover.png", offset=offset)
    return good.bytes()


def with_story(good: Good, old: str, new: str) -> bytes:
    return good.put(TEXT, STORY.replace(old, new).encode()).bytes()


def grown(good: Good) -> bytes:
    """A file that says 100 bytes and unpacks to 30 MB."""
    fact = next(each for each in good.story["files"] if each["path"] == TEXT)
    fact["size"] = 100
    return good.change(TEXT, method=8, raw=deflated(ZEROS), size=100).bytes()


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


FAULTS: dict[str, tuple[Fault, str]] = {
    "a step up": (lambda g: g.slip_in("../evil").bytes(), "leads out of the folder"),
    "steps up within": (lambda g: g.slip_in("il-pozzo/../../evil").bytes(), "leads out"),
    "a told step up": (lambda g: g.put("il-pozzo/../evil", b"x").bytes(), "leads out"),
    "an absolute path": (lambda g: g.slip_in("/tmp/evil").bytes(), "absolute path"),
    "a backslash": (lambda g: g.slip_in("il-pozzo\\..\\evil").bytes(), "has a backslash"),
    "a drive": (lambda g: g.slip_in("C:evil").bytes(), "names a drive"),
    "an empty step": (lambda g: g.slip_in("il-pozzo//story.yaml").bytes(), "empty step"),
    "a hidden file": (lambda g: g.slip_in("il-pozzo/.profile").bytes(), "no file of a story"),
    "a program": (lambda g: g.put("il-pozzo/run.sh", b"x").bytes(), "no file of a story"),
    "a NUL in a name": (lambda g: g.slip_in("il-pozzo/x\0.mp3").bytes(), "control characters"),
    "an escape in a name": (lambda g: g.slip_in("\x1b]52;c;x\x07").bytes(), r"\u001b]52;c;x"),
    "letters alike": (lambda g: g.slip_in("il-pozzо/story.yaml").bytes(), "other than ASCII"),
    "bytes as a name": (lambda g: g.slip_in(b"\xff\xfe").bytes(), "other than ASCII"),
    "a link": (lambda g: g.change(CLIP, mode=LINK, content=b"/etc/passwd").bytes(), "is a link"),
    "a device": (lambda g: g.change(CLIP, mode=DEVICE).bytes(), "is a device"),
    "a pipe": (lambda g: g.change(CLIP, mode=PIPE).bytes(), "is a pipe"),
    "a folder": (lambda g: g.slip_in("il-pozzo/", b"", mode=FOLDER).bytes(), "is a folder"),
    "a folder of DOS": (lambda g: g.change(CLIP, attributes=0x10).bytes(), "holds files alone"),
    "a name twice": (lambda g: g.slip_in(TEXT).bytes(), "stands twice"),
    "a name in other case": (lambda g: g.slip_in("il-pozzo/Story.yaml").bytes(), "in case only"),
    "the manifest twice": (lambda g: g.slip_in("manifest.json").bytes(), "stands twice"),
    "one file over another": (reached_twice, "overlaps another file"),
    "bytes between": (lambda g: g.change(CLIP, before=b"hidden").bytes(), "no file's"),
    "bytes before": (lambda g: g.bytes(prefix=b"#!/bin/sh\n"), "no file's"),
    "bytes before the directory": (lambda g: g.bytes(gap=b"hidden"), "belong to no file"),
    "bytes behind": (lambda g: g.bytes() + b"more", "lengthened"),
    "a comment": (lambda g: g.bytes(comment=b"PK\x05\x06"), "its end"),
    "a file not told of": (lambda g: g.slip_in("il-pozzo/episode.yaml").bytes(), "not in the man"),
    "a file that is missing": (lambda g: without(g, CLIP), "and not in the bundle"),
    "another name inside": (lambda g: g.change(CLIP, local_name=b"../evil").bytes(), "another na"),
    "another size inside": (lambda g: g.change(CLIP, local_size=5).bytes(), "is said to have 5 b"),
    "another packed size": (lambda g: g.change(CLIP, local_packed=5).bytes(), "is said to have"),
    "a size that is a lie": (lambda g: g.change(CLIP, size=5).bytes(), "not 5 as it says"),
    "another size told": (lambda g: g.change(CLIP, content=b"short").bytes(), "manifest says 12,4"),
    "more than it says": (grown, "is longer than the 100 bytes"),
    "less than it says": (
        lambda g: g.change(TEXT, method=8, raw=deflated(g.pieces[TEXT].content[:-1])).bytes(),
        "is shorter than",
    ),
    "an honest bomb": (lambda g: g.put("il-pozzo/cover.png", ZEROS, method=8).bytes(), "100 times"),
    "over 2 GB": (
        lambda g: g.change(CLIP, method=8, raw=bytes(30_000_000), size=2_900_000_000).bytes(),
        "at most 2,147,483,648",
    ),
    "50,001 files told": (lambda g: g.bytes(count=50_002), "at most 50,000"),
    "50,002 files": (lambda g: many(g, 50_002), "at most 50,000"),
    "an encrypted file": (lambda g: g.change(CLIP, flags=1).bytes(), "is encrypted"),
    "a strongly encrypted file": (lambda g: g.change(CLIP, flags=0x41).bytes(), "is encrypted"),
    "LZMA": (lambda g: g.change(CLIP, method=14).bytes(), "a way that is not known (14)"),
    "sizes behind the bytes": (lambda g: g.change(CLIP, flags=8).bytes(), "by another program"),
    "an extra field": (lambda g: g.change(CLIP, extra=b"UT\0\0").bytes(), "by another program"),
    "half of it": (lambda g: g.bytes()[:9_000], "cut off"),
    "all but a byte": (lambda g: g.bytes()[:-1], "cut off"),
    "nothing": (lambda _: b"", "cut off"),
    "an empty zip": (lambda _: zipped([]), "manifest.json is not the first"),
    "no zip at all": (lambda _: b"#!/bin/sh\necho hello\n" * 9, "is no bundle"),
    "a directory of zip64": (lambda g: g.bytes(count=0xFFFF), "at most 50,000"),
    "a damaged directory": (
        lambda g: g.bytes().replace(b"PK\x01\x02", b"PK\x01\x03", 3),
        "directory is damaged",
    ),
    "a damaged clip": (lambda g: flipped(g.bytes(), 9_000), "is damaged"),
    "another checksum": (
        lambda g: g.change(CLIP, content=bytes(12_480)).bytes(),
        "its checksum is not that of the manifest",
    ),
    "another CRC": (lambda g: g.change(CLIP, crc=1).bytes(), "not those that were packed"),
    "packed bytes that are none": (
        lambda g: g.change(TEXT, method=8, raw=b"\xff" * 900).bytes(),
        "cannot be unpacked",
    ),
    "more behind packed bytes": (
        lambda g: g.change(
            TEXT, method=8, raw=deflated(g.pieces[TEXT].content) + b"hidden"
        ).bytes(),
        "do not end where they should",
    ),
    "a newer format": (lambda g: of_other_format(g, 2, new="x"), "format 2 and needs kahani 7.8.9"),
    "a newer format, forged": (
        lambda g: of_other_format(g, 2, needs="\x1b[2J\u202e"),
        r"\u001b[2J\u202e",
    ),
    "format 0": (lambda g: of_other_format(g, 0), "format 0; this program reads format 1"),
    "no manifest": (lambda g: zipped([*g.pieces.values()]), "manifest.json is not the first"),
    "a manifest that is none": (lambda _: instead(b"hello"), "manifest.json: cannot be read"),
    "a deep manifest": (lambda _: instead(b"[" * 1_000), "manifest.json: "),
    "a deep unknown key": (
        lambda _: instead(b'{"format": 1, "x": ' + b"[" * 4_000 + b"1"),
        "manifest.json: ",
    ),
    "a huge manifest": (
        lambda _: zipped([Piece(b"manifest.json", ZEROS[: 17 << 20])]),
        "manifest.json: has 17,825,792 bytes",
    ),
    "no stories": (lambda g: zipped([_manifest(g, stories=[])]), "there is no story in it"),
    "a story twice": (doubled, "stands twice in it"),
    "another id": (lambda g: g.say(id=id_of("other")).bytes(), "is not that of the story"),
    "another story's folder": (
        lambda g: g.say(slug="other", id=id_of("other")).bytes(),
        "does not lie in the folder",
    ),
    "another hash of the story": (lambda g: g.say(content_hash="0").bytes(), "than the manifest"),
    "other languages": (lambda g: g.say(languages=["it"]).bytes(), "in other languages"),
    "a story with faults": (lambda g: with_story(g, "next: look}", "next: nowhere}"), "nowhere"),
    "a story of another slug": (
        lambda g: with_story(g, "slug: il-pozzo", "slug: x"),
        "the story x",
    ),
    "an escape in a title": (lambda g: with_story(g, "Il pozzo", '"\\e]0;x"'), "U+001B"),
    "YAML that repeats": (lambda g: with_story(g, "moral: Look", "moral: &a Look"), "anchor"),
    "a story and an episode": (
        lambda g: g.put("il-pozzo/episode.yaml", b"format: 1").bytes(),
        "holds both story.yaml and episode.yaml",
    ),
    "a clip that is no sound": (lambda g: g.put(CLIP, b"no sound").bytes(), "no MP3 file"),
    "times that are none": (lambda g: g.put(f"{CLIP[:-3]}json", b"{}").bytes(), "its times in"),
    "times of no clip": (
        lambda g: g.put("il-pozzo/audio/it/0.00/sara/x.json", b"{}").bytes(),
        "belongs to no story",
    ),
}


def _manifest(good: Good, **what: object) -> Piece:
    return Piece(b"manifest.json", msgspec.json.encode({**good.manifest, **what}))
