"""Stories come in whole or not at all, and keep their ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import SlugTakenError
from db.store import Store
from player.errors import UsageError
from player.library import import_folder, open_story
from player.library.catalogue import to_record
from player.library.contents import episode_to_record
from player.library.folders import read_folder
from player.library.restoring import episode_from_record, from_record
from player.story.graph import catalogue_id
from player.story.problems import StoryErrors
from tests.player.library.folders import STORY, write_clip


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_rows_and_back_is_the_same_story(folder: Path) -> None:
    story = read_folder(folder)
    assert from_record(to_record(story)) == story


def test_a_row_and_back_is_the_same_episode(episode_folder: Path) -> None:
    story = read_folder(episode_folder)
    assert episode_from_record(episode_to_record(story)) == story


def test_an_imported_story_is_opened_as_it_was_read(
    folder: Path, store: Store, shelf: Path
) -> None:
    assert import_folder(folder, store, shelf).outcome == "created"
    assert open_story("two-ways", store) == read_folder(folder)
    [entry] = store.catalogue()
    assert (entry.title, entry.languages) == ("दो रास्ते", ("hi", "hi-mixed"))
    [mixed] = store.catalogue("hi-mixed")
    assert (mixed.title, mixed.languages) == ("दो ways", ("hi-mixed", "hi"))
    record = store.story("two-ways")
    assert record is not None
    assert {content.id for content in record.contents} == {"two-ways:hi", "two-ways:hi-mixed"}
    assert {content.audio_url for content in record.contents} == {
        clip.url for clip in read_folder(folder).nodes[catalogue_id("two-ways", "fork")].clips
    }


def test_an_imported_episode_is_opened_as_it_was_read(
    episode_folder: Path, store: Store, shelf: Path
) -> None:
    assert import_folder(episode_folder, store, shelf).outcome == "created"
    assert open_story("il-mercato", store) == read_folder(episode_folder)
    assert import_folder(episode_folder, store, shelf).outcome == "unchanged"
    assert (shelf / "il-mercato" / "audio/it/0.00/nico/episode.mp3").is_file()


def test_clips_are_found_on_the_shelf_by_their_path(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    for node in open_story("two-ways", store).nodes.values():
        for clip in node.clips:
            assert (shelf / clip.path).stat().st_size == clip.size


def test_importing_twice_changes_nothing(folder: Path, store: Store, shelf: Path) -> None:
    import_folder(folder, store, shelf)
    stamps = {path: path.stat().st_mtime_ns for path in shelf.rglob("*")}
    assert import_folder(folder, store, shelf).outcome == "unchanged"
    assert {path: path.stat().st_mtime_ns for path in shelf.rglob("*")} == stamps


def test_an_edit_updates_the_story_and_keeps_its_ids(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    before = open_story("two-ways", store)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Over"), encoding="utf-8")
    (folder / "audio/hi/0.00/meera/fork.mp3").unlink()
    (folder / "audio/hi/0.00/meera/fork.json").unlink()
    assert import_folder(folder, store, shelf).outcome == "updated"
    after = open_story("two-ways", store)
    assert list(after.nodes) == list(before.nodes)
    assert after.nodes[catalogue_id("two-ways", "end")].text["en"] == "Over"
    assert not (shelf / "two-ways/audio/hi").exists()


def test_a_lost_copy_is_mended_by_importing_again(folder: Path, store: Store, shelf: Path) -> None:
    import_folder(folder, store, shelf)
    (shelf / "two-ways/audio/hi/0.00/meera/fork.mp3").write_bytes(b"noise")
    import_folder(folder, store, shelf)
    assert (shelf / "two-ways/audio/hi/0.00/meera/fork.mp3").read_bytes() == b"sound"


def test_a_story_with_errors_writes_nothing(folder: Path, store: Store, shelf: Path) -> None:
    (folder / "story.yaml").write_text(STORY.replace("next: rest", "next: rset"), encoding="utf-8")
    (folder / "audio/hi/0.00/meera/fork.json").write_text("{}")
    write_clip(folder, "hi/0.00/meera/left", b"")
    with pytest.raises(StoryErrors) as raised:
        import_folder(folder, store, shelf)
    found = {(Path(p.file).name, p.line, p.code) for p in raised.value.problems if p.is_error}
    assert found == {
        ("story.yaml", 24, "dangling"),
        ("fork.mp3", 0, "unreadable-clip"),
        ("left.mp3", 0, "unreadable-clip"),
    }
    assert not shelf.exists()
    assert store.catalogue() == ()


def test_the_former_copy_stays_when_the_store_refuses(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    before = snapshot(shelf)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Over"), encoding="utf-8")

    class Refusing(Store):
        def import_story(self, story: object) -> object:  # type: ignore[override]
            raise SlugTakenError("no")

    refusing = Refusing(store.path)
    try:
        with pytest.raises(SlugTakenError):
            import_folder(folder, refusing, shelf)  # type: ignore[arg-type]
    finally:
        refusing.close()
    assert snapshot(shelf) == before


def test_a_crash_between_two_renames_is_mended(folder: Path, store: Store, shelf: Path) -> None:
    import_folder(folder, store, shelf)
    (shelf / "two-ways").rename(shelf / ".two-ways.abc.aside")
    import_folder(folder, store, shelf)
    assert [path.name for path in shelf.iterdir()] == ["two-ways"]


@pytest.mark.parametrize("name", ["audio/hi/0.00/meera/left.mp3", "cover.png", "story.yaml"])
def test_links_out_of_the_folder_are_refused(
    name: str, folder: Path, store: Store, shelf: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(STORY, encoding="utf-8")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="link"):
        import_folder(folder, store, shelf)
    assert not shelf.exists()


def test_an_unknown_slug_names_the_nearest_and_what_there_is(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    with pytest.raises(UsageError, match=r"Did you mean two-ways\? There is: two-ways\."):
        open_story("two-way", store)
