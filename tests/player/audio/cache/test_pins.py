"""Clips of pinned stories stay, and more than there is room for are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.audio.cache import PinTooLargeError, Upkeep
from tests.player.audio.cache.shelf import SIZE, Shelf, content, named


def test_pinned_clips_never_go(shelf: Shelf) -> None:
    shelf.put("a", "b", "c")
    shelf.pin("crow", "a", "b")
    shelf.put("d", "e", "f", "g")
    assert shelf.has(*"abcdefg") == [True, True, False, False, False, True, True]
    assert shelf.told == []


def test_pins_are_heeded_by_a_player_that_runs_while_they_are_made(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.put("a", "b", "c", "d")
    other = Upkeep(tmp_path / "cache")
    other.pin("crow", None, {named("a").checksum: SIZE})
    shelf.put("e")
    assert shelf.has(*"ab") == [True, False]
    assert other.unpin("crow") == 1
    shelf.put("f", "g", "h")
    assert shelf.has("a") == [False]
    other.close()


def test_more_pinned_than_the_cap_is_refused_with_the_sizes(shelf: Shelf) -> None:
    shelf.pin("crow", "a", "b", "c")
    with pytest.raises(PinTooLargeError, match=r"0\.0 MB .*cache_size_mb"):
        shelf.pin("fox", "d", "e")
    shelf.pin("crow", "a", "b", "c", "d")  # the same story again, in place of what it was
    shelf.pin("fox", "a", "b")  # clips that are pinned already take no more room
    assert [pin.slug for pin in shelf.upkeep.pins()] == ["crow", "fox"]


def test_where_pins_fill_the_cache_the_rest_is_played_loose_and_one_sentence_says_so(
    shelf: Shelf,
) -> None:
    shelf.pin("crow", *"abcd")
    shelf.put(*"abcd")
    for name in "ef":
        path = shelf.cache.keep(named(name), content(name))
        assert path.read_bytes() == content(name)
        assert shelf.folder not in path.parents
        assert shelf.cache.find(named(name)) == path
    assert shelf.has(*"abcdef") == [True, True, True, True, False, False]
    assert len(shelf.told) == 1
    assert "pinned stories fill it up" in shelf.told[0]
    shelf.close()
    assert not path.exists()


def test_a_pin_of_one_language_is_another_than_that_of_all(shelf: Shelf) -> None:
    shelf.pin("crow", "a", language="hi")
    shelf.pin("crow", "b", language="ta")
    shelf.pin("crow", "c")
    assert shelf.upkeep.unpin("crow", "ta") == 1
    assert [pin.language for pin in shelf.upkeep.pins()] == [None, "hi"]
    assert shelf.upkeep.unpin("crow") == 2
    assert shelf.upkeep.unpin("crow") == 0


def test_a_pin_of_a_strange_name_stays_in_its_folder(shelf: Shelf) -> None:
    shelf.pin("../../../evil", "a", language="../x")
    assert [p.parent.name for p in shelf.folder.rglob("*.json")] == ["pins"]
    assert shelf.upkeep.unpin("../../../evil", "../x") == 1


def test_with_a_damaged_pin_nothing_is_deleted_that_it_might_name(shelf: Shelf) -> None:
    shelf.pin("crow", "a")
    shelf.put(*"abcd")
    next((shelf.folder / "pins").iterdir()).write_text("{")
    assert shelf.cache.keep(named("e"), content("e")).read_bytes() == content("e")
    assert shelf.has(*"abcde") == [True, True, True, True, False]
    assert "is damaged: delete it and pin its story again" in shelf.told[0]
