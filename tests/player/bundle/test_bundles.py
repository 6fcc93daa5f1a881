"""A story goes into a file, comes out on another machine, and is the same story there."""

from __future__ import annotations

import dataclasses
import os
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from player.audio.clips import ClipShelf
from player.bundle import BundleRefusedError, Outcome, examine_bundle
from player.cli.wiring import clip_length
from player.errors import KahaniError, UsageError
from player.library import examine, export_folder, open_story
from player.library.folders import read_folder
from player.story.graph import Story, catalogue_id
from tests.player.bundle.bundles import STORY, Home, files_below, id_of, write_folder

NEWER = STORY.replace("Look first", "Look twice")


def clips_in(story: Story) -> int:
    return sum(len(node.clips) for node in story.nodes.values())


def outcome(home: Home, file: Path, *, replaces: bool = False) -> Outcome:
    [story] = home.install(file, replaces=replaces)
    return story.outcome


def repacked(author: Home, tmp_path: Path, text: str, file: Path) -> Path:
    """Pack another version of the well."""
    author.take_in(write_folder(tmp_path / f"another {file.name}", text))
    author.pack(file)
    return file


def manifest_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as packed:
        found: dict[str, Any] = msgspec.json.decode(packed.read("manifest.json"))
    return found


def test_a_story_is_the_same_on_both_machines(author: Home, friend: Home, file: Path) -> None:
    author.pack(file)
    assert examine_bundle(file, clip_length) == ()
    assert outcome(friend, file) is Outcome.INSTALLED
    there, here = open_story("il-pozzo", author.store), open_story("il-pozzo", friend.store)
    assert (here.content_hash, here.id, set(here.nodes)) == (
        there.content_hash,
        there.id,
        set(there.nodes),
    )
    shelf = ClipShelf([friend.stories])
    assert all(shelf.path_for(clip) for node in here.nodes.values() for clip in node.clips)
    assert (friend.stories / "il-pozzo" / "cover.png").read_bytes().startswith(b"\x89PNG")


def test_an_installed_story_is_in_the_library_and_can_be_checked_and_exported(
    author: Home, friend: Home, file: Path, tmp_path: Path
) -> None:
    author.pack(file)
    friend.install(file)
    assert [entry.slug for entry in friend.store.catalogue("it")] == ["il-pozzo"]
    assert examine(friend.stories / "il-pozzo", clip_length) == ()
    story = open_story("il-pozzo", friend.store)
    assert export_folder(story, tmp_path / "out", [friend.stories]) == ()
    assert read_folder(tmp_path / "out", clip_length).content_hash == story.content_hash


def test_the_same_stories_make_the_same_bytes(author: Home, tmp_path: Path) -> None:
    author.take_in(write_folder(tmp_path / "second", slug="il-secondo"))
    one, other = tmp_path / "one.kahani", tmp_path / "other.kahani"
    author.pack(one, "il-pozzo", "il-secondo")
    for path in author.stories.rglob("*.mp3"):
        os.utime(path, (1, 1))
    author.pack(other, "il-secondo", "il-pozzo")
    assert one.read_bytes() == other.read_bytes()


def test_sound_is_stored_and_text_deflated_and_the_manifest_tells_of_every_file(
    author: Home, file: Path
) -> None:
    [told] = author.pack(file)
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        methods = {info.filename: info.compress_type for info in packed.infolist()}
        sizes = {info.filename: info.file_size for info in packed.infolist()}
    assert next(iter(methods)) == "manifest.json"
    assert methods["il-pozzo/story.yaml"] == zipfile.ZIP_DEFLATED
    assert {methods[name] for name in methods if name.endswith(".mp3")} == {zipfile.ZIP_STORED}
    manifest = manifest_of(file)
    assert manifest["format"] == 1
    [story] = manifest["stories"]
    assert (story["slug"], story["id"]) == ("il-pozzo", id_of("il-pozzo"))
    assert story["languages"] == ["it", "hi"]
    assert {each["path"]: each["size"] for each in story["files"]} == {
        name: size for name, size in sizes.items() if name != "manifest.json"
    }
    assert (told.clips, told.left_out) == (6, ())


def test_languages_that_are_not_wanted_stay_out_but_translations_go_along(
    author: Home, friend: Home, file: Path
) -> None:
    [told] = author.pack(file, languages=["it", "fr"])
    assert (told.languages, told.left_out, told.clips) == (("it",), ("hi",), 3)
    assert examine_bundle(file, clip_length) == ()
    assert outcome(friend, file) is Outcome.INSTALLED
    story = open_story("il-pozzo", friend.store)
    assert list(story.editions) == ["it"]
    assert clips_in(story) == 3
    edge = story.nodes[catalogue_id("il-pozzo", "edge")]
    assert edge.text == {"en": "Deep?", "it": "Profondo?"}
    assert edge.choices[0].text == {"en": "Yes", "it": "Sì"}
    with pytest.raises(UsageError, match=r"is not told in fr; it is in it, hi\."):
        author.pack(file, languages=["fr"])


def test_a_mixed_edition_keeps_what_stands_in_for_it(
    author: Home, tmp_path: Path, file: Path
) -> None:
    mixed = STORY.replace("  hi: {title: कुआँ}\n", "  hi-mixed: {title: The कुआँ}\n").replace(
        "text: {en: Deep?,", 'text: {en: Deep?, "hi-mixed@0.30": "Deep है?",'
    )
    author.take_in(write_folder(tmp_path / "mixed", mixed, slug="mixed"))
    [told] = author.pack(file, "mixed", languages=["hi-mixed"])
    assert told.clips == 3  # those in Hindi are heard for it
    assert not [p for p in examine_bundle(file, clip_length) if p.is_error]


def test_doing_it_twice_is_harmless(author: Home, friend: Home, file: Path) -> None:
    author.pack(file)
    friend.install(file)
    before = friend.files()
    assert outcome(friend, file) is Outcome.ALREADY
    assert friend.files() == before
    assert [path.name for path in friend.stories.iterdir()] == ["il-pozzo"]


def test_a_part_of_what_is_here_whole_takes_nothing_away(
    author: Home, friend: Home, file: Path, tmp_path: Path
) -> None:
    part = tmp_path / "part.kahani"
    author.pack(file)
    author.pack(part, languages=["hi"])
    friend.install(file)
    assert outcome(friend, part) is Outcome.ALREADY
    assert clips_in(open_story("il-pozzo", friend.store)) == 6


def test_the_whole_takes_the_place_of_a_part_but_a_part_not_that_of_another(
    author: Home, friend: Home, file: Path, tmp_path: Path
) -> None:
    parts = {key: tmp_path / f"{key}.kahani" for key in ("hi", "it")}
    for key, part in parts.items():
        author.pack(part, languages=[key])
    author.pack(file)
    friend.install(parts["hi"])
    with pytest.raises(UsageError, match=r"installed in hi too, .* with --replace"):
        friend.install(parts["it"])
    assert outcome(friend, file) is Outcome.UPDATED
    assert clips_in(open_story("il-pozzo", friend.store)) == 6
    assert outcome(friend, parts["it"], replaces=True) is Outcome.ALREADY


def test_another_version_takes_the_place_and_no_id_moves(
    author: Home, friend: Home, file: Path, tmp_path: Path
) -> None:
    author.pack(file)
    friend.install(file)
    story = open_story("il-pozzo", friend.store)
    newer = repacked(author, tmp_path, NEWER, tmp_path / "newer.kahani")
    assert outcome(friend, newer) is Outcome.UPDATED
    after = open_story("il-pozzo", friend.store)
    assert after.moral == "Look twice"
    assert set(after.nodes) == set(story.nodes)
    assert outcome(friend, file) is Outcome.UPDATED  # an older one too
    assert open_story("il-pozzo", friend.store).moral == "Look first"


def test_a_story_of_the_listener_s_own_stays_unless_they_say_otherwise(
    author: Home, friend: Home, file: Path, tmp_path: Path
) -> None:
    author.pack(file)
    friend.take_in(write_folder(tmp_path / "own", NEWER))
    before = friend.files()
    with pytest.raises(UsageError, match="in your library that came from no bundle"):
        friend.install(file)
    assert friend.files() == before
    assert outcome(friend, file, replaces=True) is Outcome.UPDATED
    assert open_story("il-pozzo", friend.store).moral == "Look first"


def test_one_story_that_may_not_come_in_keeps_the_others_out(
    author: Home, friend: Home, file: Path, tmp_path: Path
) -> None:
    author.take_in(write_folder(tmp_path / "first", slug="a-first"))
    author.pack(file, "a-first", "il-pozzo")
    friend.take_in(write_folder(tmp_path / "own", NEWER))
    before = friend.files()
    with pytest.raises(UsageError, match="came from no bundle"):
        friend.install(file)
    assert friend.files() == before
    assert friend.store.story("a-first") is None


def test_a_damaged_copy_is_mended(author: Home, friend: Home, file: Path) -> None:
    author.pack(file)
    friend.install(file)
    whole = friend.files()
    clip = next((friend.stories / "il-pozzo").rglob("*.mp3"))
    clip.write_bytes(b"damaged")
    assert outcome(friend, file) is Outcome.INSTALLED
    assert friend.files() == whole


def test_what_a_killed_installation_left_behind_is_cleared_away(
    author: Home, friend: Home, file: Path
) -> None:
    author.pack(file)
    (friend.stories / ".bundle-killed.new" / "il-pozzo").mkdir(parents=True)
    friend.install(file)
    assert [path.name for path in friend.stories.iterdir()] == ["il-pozzo"]


def test_a_clip_that_is_not_to_be_had_is_named_and_nothing_is_written(
    author: Home, file: Path
) -> None:
    lost = author.stories / "il-pozzo/audio/it/0.00/sara/look.mp3"
    lost.unlink()
    with pytest.raises(KahaniError, match=r"nothing was written:\s+The clip .*sara/look\.mp3"):
        author.pack(file)
    assert not [path for path in file.parent.iterdir() if "kahani" in path.name]


def test_a_bundle_that_cannot_be_written_leaves_nothing_and_the_former_stays(
    author: Home, file: Path
) -> None:
    file.write_bytes(b"the former one")
    clip = author.stories / "il-pozzo/audio/it/0.00/sara/look.mp3"
    clip.write_bytes(clip.read_bytes()[:-1])
    with pytest.raises(KahaniError):
        author.pack(file)
    assert file.read_bytes() == b"the former one"
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == [file.name]


def test_an_episode_is_carried_too(author: Home, friend: Home, file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "il-mercato"
    write_folder(folder)
    for path in [*folder.rglob("*.mp3"), folder / "story.yaml"]:
        path.unlink()
    (folder / "episode.yaml").write_text(
        "format: 1\nslug: il-mercato\nlanguage: it\ntitle: Il mercato\nkind: podcast\n"
        "age_range: 12-99\nregion: italia\n"
        "speaker: {name: Nico, voice_profile: warm, bulbul_speaker: nico}\n"
        "text: Il mercato apre presto.\ntranslation: {en: The market opens early.}\n"
    )
    clip = folder / "audio/it/0.00/nico/episode.mp3"
    clip.parent.mkdir(parents=True)
    tone = author.stories / "il-pozzo/audio/it/0.00/sara/edge.mp3"
    clip.write_bytes(tone.read_bytes())
    author.take_in(folder)
    author.pack(file, "il-mercato", "il-pozzo", languages=["it"])
    assert [story.outcome for story in friend.install(file)] == [Outcome.INSTALLED] * 2
    episode = open_story("il-mercato", friend.store)
    assert episode.is_linear
    assert clips_in(episode) == 1


def test_what_would_be_refused_is_not_written(author: Home, file: Path, tmp_path: Path) -> None:
    """A row put in by hand may hold what no story file may."""
    author.take_in(write_folder(tmp_path / "long", slug="long"))
    record = author.store.story("long")
    assert record is not None
    bad = dataclasses.replace(record, region="x" * 60, content_hash="other")
    author.store.import_story(bad)
    with pytest.raises(BundleRefusedError, match="it would not be read again"):
        author.pack(file, "long")
    assert not file.exists()


def test_verifying_writes_nothing(author: Home, file: Path, tmp_path: Path) -> None:
    author.pack(file)
    before = files_below(tmp_path)
    examine_bundle(file, clip_length)
    assert files_below(tmp_path) == before
