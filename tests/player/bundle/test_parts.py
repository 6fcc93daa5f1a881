"""What a bundle says of the story that its own is a part of is believed where it is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.bundle import Outcome
from player.errors import UsageError
from player.library import open_story
from tests.player.bundle.bundles import STORY, Good, Home, write_folder


@pytest.mark.parametrize("says", ["another story", "the hash alone"])
def test_what_says_that_it_is_a_part_of_the_story_here_and_is_not_is_refused(
    author: Home, friend: Home, tmp_path: Path, says: str
) -> None:
    own = write_folder(tmp_path / "own", STORY.replace("Look first", "Look twice"))
    friend.take_in(own)
    good = Good.read(author, tmp_path / "good.kahani")
    lie = {"made_from": friend.stored("il-pozzo")}
    if says == "the hash alone":
        lie["content_hash"] = "0" * 64
    file = tmp_path / "lie.kahani"
    file.write_bytes(good.say(**lie).bytes())
    before = friend.files()
    with pytest.raises(UsageError, match=r"il-pozzo: the bundle says .* is no part of that"):
        friend.install(file)
    assert friend.files() == before
    if says == "another story":
        assert friend.install(file, replaces=True)[0].outcome is Outcome.UPDATED
        assert open_story("il-pozzo", friend.store).moral == "Look first"
