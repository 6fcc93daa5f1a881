"""A story that is changed while it is heard takes nothing from what its listener did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from db.errors import RecordRefusedError
from db.types import new_id

if TYPE_CHECKING:
    from db.records import StoryRecord
    from db.store import Store
    from tests.db.making import Maker


def without_the_pot(make: Maker) -> StoryRecord:
    """The story as its author changed it: without the node that the listener is at."""
    before, pot = make.story(), make.id("crow", "pot")
    return replace(
        before,
        content_hash="two",
        nodes=tuple(node for node in before.nodes if node.id != pot),
        choices=(make.choice("crow", "intro", "next", "end"),),
        audio_files=tuple(clip for clip in before.audio_files if clip.node_id != pot),
    )


def test_what_is_heard_of_a_node_that_is_gone_is_written_without_it(
    store: Store, make: Maker
) -> None:
    store.import_story(make.story())
    store.append([make.session(), make.played()]).result()
    store.import_story(without_the_pot(make))

    clip = make.id("crow", "pot", "audio", "hi")
    heard = make.played(audio_file_id=clip)
    store.append([make.progress("pot"), make.chosen(), heard]).result()

    progress = store.progress(make.id("crow"))
    assert progress is not None
    assert (progress.current_node_id, progress.total_time_sec) == (None, 8)
    [kept] = [event for event in store.behaviors() if event.id == heard.id]
    assert (kept.node_id, kept.audio_file_id) == (None, None)


def test_a_row_that_lacks_more_than_that_is_still_refused(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    with pytest.raises(RecordRefusedError):
        store.append([make.session(), make.progress(story_id=new_id())]).result()
