"""A language that is asked for is only that: its mix is still kahani's to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.story.graph import Story
from player.story.walking import Variant
from tests.player.playback.test_holding import (
    HINDI,
    SOME_ENGLISH,
    heard,
    in_tamil_too,
    sit,
    told,
)

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa


async def test_a_language_that_is_asked_for_leaves_the_mix_to_kahani(new_sofa: NewSofa) -> None:
    sofa = await sit(new_sofa)
    await sofa.controller.open("well", language="hi")
    assert (heard(sofa), told(sofa)[0]) == (SOME_ENGLISH, "")
    await sofa.controller.change_mix(-1)
    await sofa.controller.open("well", language="hi", restart=True)
    assert (heard(sofa), told(sofa)[0]) == (HINDI, "story")  # the fader holds


async def test_a_language_is_gone_over_to_in_the_mix_that_serves(
    new_sofa: NewSofa, well: Story
) -> None:
    sofa = await sit(new_sofa, in_tamil_too(well))
    await sofa.begin_to_hear(language="hi", mix=0.0)
    await sofa.controller.forward()
    await sofa.controller.unpin()
    await sofa.controller.open("well", language="hi")
    assert heard(sofa) == HINDI  # as it was left
    await sofa.controller.open("well", language="ta")
    assert (heard(sofa), told(sofa)[0]) == (Variant(0.4, "ta-mixed"), "")
    await sofa.controller.open("well", language="hi-mixed")  # an edition by its name
    assert (heard(sofa), told(sofa)[0]) == (SOME_ENGLISH, "")
    await sofa.controller.hear("ta")
    assert (heard(sofa), told(sofa)[0]) == (Variant(0.4, "ta-mixed"), "")
