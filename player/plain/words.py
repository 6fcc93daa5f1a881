"""Commands about the words: language and mix, translation, Latin letters, what is written."""

from __future__ import annotations

from collections.abc import Mapping

from player.errors import UsageError
from player.languages import language_name
from player.plain import remarks, values
from player.plain.remarks import Remark
from player.plain.ways import Act, Ways
from player.session import Session
from player.story.walking import Variant, base_language, nearest_variant, rungs, variants_of


class WordOrders:
    """Does the commands about the words; where one changes nothing, the listener is told why."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._controller = ways.controller
        self._telling = ways.telling
        self._standing = ways.standing

    @property
    def acts(self) -> Mapping[str, Act]:
        """What does each command, by its word."""
        return {
            "language": self._language,
            "languages": self._languages,
            "mix": self._mix,
            "more": lambda _: self._change_mix(1),
            "less": lambda _: self._change_mix(-1),
            "undo": self._undo,
            "translation": self._translation,
            "translations": self._translations,
            "roman": self._roman,
            "romans": self._romans,
            "line": self._line,
            "text": self._text,
        }

    @property
    def _variant(self) -> Variant:
        """The variant that is heard, or will be from the next line on."""
        return self._standing.planned or self._ways.session.variant

    @property
    def _heard(self) -> tuple[Session, Variant, Variant | None]:
        session = self._ways.session
        return session, session.variant, self._controller.planned

    @property
    def _ladder(self) -> tuple[Variant, ...]:
        return rungs(self._ways.session.story, self._variant.language)

    async def _language(self, text: str) -> None:
        if not text:
            if len({base_language(code) for code in self._codes}) == 1:
                raise UsageError(f"this story speaks {remarks.listed(self._codes)} only.")
            await self._controller.next_language()
            return
        for code in self._codes:
            if text.casefold() in (code.casefold(), language_name(code).casefold()):
                await self._speak(code)
                return
        known = remarks.listed(self._codes)
        raise UsageError(f"this story does not speak {text!r}; it speaks {known}.")

    async def _speak(self, code: str) -> None:
        """Hear a language in the mix that serves; within one language the mix is what is wished."""
        if base_language(code) == base_language(self._variant.language):
            await self._hear(nearest_variant(self._ways.session.story, code, None))
        else:
            await self._controller.hear(code)

    async def _languages(self, _: str) -> None:
        now = self._variant
        words = (
            f"This story speaks {remarks.listed(self._codes)}."
            f" You hear {remarks.heard_as(now.language, now.mix)}. {_mixes(self._ladder)}"
        )
        facts = {
            "languages": self._codes,
            "mixes": [rung.mix for rung in self._ladder],
            "language": now.language,
            "mix": now.mix,
        }
        self._ways.say(Remark("languages", words.strip(), facts))

    async def _mix(self, text: str) -> None:
        if not text:
            await self._languages("")
            return
        wanted = values.mix(text)
        self._refuse_without_mixes()
        await self._hear(min(self._ladder, key=lambda rung: abs(rung.mix - wanted)))

    async def _change_mix(self, rungs_on: int) -> None:
        self._refuse_without_mixes()
        edge = self._ladder[-1 if rungs_on > 0 else 0]
        if self._variant == edge:
            most = "most" if rungs_on > 0 else "least"
            raise UsageError(f"this is the {most} English that there is. {_mixes(self._ladder)}")
        await self._controller.change_mix(rungs_on)

    def _refuse_without_mixes(self) -> None:
        if len(self._ladder) == 1:
            name = language_name(self._variant.language)
            raise UsageError(f"there is no English mixed into the {name} of this story.")

    async def _undo(self, _: str) -> None:
        before = self._heard
        await self._controller.undo_switch()
        if self._heard == before:
            raise UsageError("there is no change of language or mix to be taken back.")

    async def _hear(self, variant: Variant) -> None:
        if variant == self._variant:
            heard = remarks.heard_as(variant.language, variant.mix)
            raise UsageError(f"it is {heard} already. {_mixes(self._ladder)}".strip())
        await self._controller.hear(variant.language, variant.mix)

    @property
    def _codes(self) -> tuple[str, ...]:
        """The languages that can be heard or read, in the order of the story's editions."""
        story = self._ways.session.story
        spoken = {variant.language for variant in variants_of(story)}
        return tuple(code for code in story.editions if code in spoken)

    async def _translation(self, text: str) -> None:
        wanted = values.switch(text)
        if wanted is not None:
            await self._translate_all(wanted)
            return
        remark = remarks.translation(self._telling.passage, self._telling.index)
        if remark is None:
            raise UsageError("there is no translation of this line.")
        self._ways.say(remark)
        self._ways.say(self._ways.asking.translated(self._standing.asked))
        await self._controller.note("translation_shown")

    async def _translations(self, text: str) -> None:
        wanted = values.switch(text)
        await self._translate_all(not self._telling.with_translation if wanted is None else wanted)

    async def _translate_all(self, is_on: bool) -> None:
        self._telling.with_translation = is_on
        words = "Each line is translated." if is_on else "No translations."
        self._ways.say(Remark("translations", words, {"on": is_on}))
        if not is_on:
            await self._controller.note("translation_shown", of="none")
            return
        telling = self._telling
        self._ways.say(remarks.translation(telling.passage, telling.index, is_each=True))
        await self._controller.note("translation_shown", of="all", how="below")

    async def _roman(self, text: str) -> None:
        wanted = values.switch(text)
        if wanted is not None:
            self._romanise_all(wanted)
            return
        remark = remarks.romanisation(self._telling.passage, self._telling.index)
        if remark is None:
            raise UsageError("this line is in Latin letters already.")
        self._ways.say(remark)

    async def _romans(self, text: str) -> None:
        wanted = values.switch(text)
        self._romanise_all(not self._telling.with_roman if wanted is None else wanted)

    def _romanise_all(self, is_on: bool) -> None:
        self._telling.with_roman = is_on
        words = "Each line in Latin letters too." if is_on else "No Latin letters."
        self._ways.say(Remark("romanisations", words, {"on": is_on}))
        if is_on:
            self._ways.say(remarks.romanisation(self._telling.passage, self._telling.index))

    async def _line(self, _: str) -> None:
        self._ways.say(remarks.written(self._telling.passage, self._telling.index))

    async def _text(self, text: str) -> None:
        wanted = values.switch(text)
        self._telling.is_shown = not self._telling.is_shown if wanted is None else wanted
        is_shown = self._telling.is_shown
        words = "The lines are written." if is_shown else "The lines are not written."
        self._ways.say(Remark("text", words, {"shown": is_shown}))
        await self._controller.note("transcript_toggled", showing="all" if is_shown else "hidden")


def _mixes(ladder: tuple[Variant, ...]) -> str:
    """Return which shares of English there are, as a sentence; nothing where there is but one."""
    if len(ladder) == 1:
        return ""
    figures = [f"{rung.mix:.0%}".removesuffix("%") for rung in ladder]
    return f"There is {', '.join(figures[:-1])} and {figures[-1]} percent English."
