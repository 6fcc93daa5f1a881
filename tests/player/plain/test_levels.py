"""Asked in plain mode who decides about the mix, kahani says what is so just now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.story.graph import Story
from player.story.walking import Variant
from tests.player.plain.conftest import Listener, NewListener
from tests.player.playback.test_holding import heard, in_tamil_too, told

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa


async def test_where_nothing_adapts_a_pinned_level_is_said_to_wait(listener: Listener) -> None:
    await listener.types("why", "The settings let nothing adapt.")
    await listener.types("pin", "kahani changes nothing by itself: that is off in the settings.")


async def test_the_mix_of_the_settings_is_said_to_be_theirs(listener: Listener) -> None:
    controller = listener.sofa.controller
    controller.adapting.is_on = True
    controller.usually(language="hi", mix=0.3)
    await listener.types("why", "The settings hold the mix.")
    await listener.types("pin", "That is kept, but the settings hold the mix")
    await listener.types("unpin", "Under English there, choose: as each story has it.")
    controller.usually(language="hi", mix=None)
    await listener.types("why", "You pinned the level in this language.")
    await listener.types("unpin", "kahani chooses the mix again, from the next passage on.")
    await listener.types("why", "kahani chooses the mix.")


async def test_a_language_that_is_typed_leaves_the_mix_to_kahani(
    new_sofa: NewSofa, new_listener: NewListener, well: Story
) -> None:
    sofa = await new_sofa(in_tamil_too(well), adapts=True)
    listener = await new_listener(on=sofa)
    await listener.types("language tamil", "Tamil")
    await sofa.pass_time(4)
    assert (heard(sofa), told(sofa)[0]) == (Variant(0.4, "ta-mixed"), "")
    await listener.types("language ta", "Tamil")  # an edition of what is heard: another mix
    await sofa.pass_time(4)
    assert (heard(sofa), told(sofa)[0]) == (Variant(0.0, "ta"), "story")
