"""Commands about places: where the listener is, bookmarks; and likes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from player.audio.output import PlaybackState
from player.errors import UsageError
from player.languages import language_name
from player.plain import remarks, values
from player.plain.remarks import Remark
from player.plain.standing import Standing
from player.plain.telling import Telling
from player.plain.ways import Act, Ways
from player.playback.bookmarks import Bookmark


class PlaceOrders:
    """Does the commands about places.

    A number names a bookmark of the list that was told last, else of this story's, newest first.
    """

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._controller = ways.controller
        self._telling = ways.telling
        self._standing = ways.standing
        self._listed: tuple[Bookmark, ...] = ()

    @property
    def acts(self) -> Mapping[str, Act]:
        """What does each command, by its word."""
        return {
            "where": self._where,
            "bookmark": self._bookmark,
            "bookmarks": self._bookmarks,
            "go": self._go,
            "there": self._there,
            "note": self._note,
            "forget": self._forget,
            "like": lambda _: self._controller.like(),
        }

    async def _where(self, _: str) -> None:
        self._ways.say(whereabouts(self._standing, self._telling))

    async def _bookmark(self, note: str) -> None:
        bookmark = await self._controller.bookmarks.add(note)
        kept = await self._controller.bookmarks.all(bookmark.slug)
        said = f": {bookmark.note}" if bookmark.note else ""
        count = f"There are {len(kept)}" if len(kept) > 1 else "It is the first"
        words = f"Bookmark kept{said}. {count} in this story."
        self._ways.say(Remark("bookmark", words, {"count": len(kept), "note": bookmark.note}))

    async def _bookmarks(self, text: str) -> None:
        if text.casefold() not in ("", "all"):
            raise UsageError(f"type bookmarks, or bookmarks all, not {text!r}.")
        slug = None if text else self._standing.slug
        self._listed = await self._controller.bookmarks.all(slug)
        if not self._listed:
            self._ways.say(Remark("bookmarks", "No bookmarks yet.", {"bookmarks": []}))
            return
        told = list(enumerate(self._listed, start=1))
        words = "\n".join(f"{number}. {_in_words(b, with_title=bool(text))}" for number, b in told)
        facts = {"bookmarks": [_as_facts(number, bookmark) for number, bookmark in told]}
        self._ways.say(Remark("bookmarks", f"{words}\nType go and a number.", facts))

    async def _go(self, text: str) -> None:
        bookmark = await self._named(text)
        self._standing.going_to = "the bookmark"
        try:
            await self._controller.go_to(bookmark)
        except UsageError:
            self._standing.going_to = ""
            raise

    async def _there(self, _: str) -> None:
        self._standing.going_to = "your other place"
        if not await self._controller.offer.answer(go=True):
            self._standing.going_to = ""
            raise UsageError("no other place in this story is offered.")

    async def _note(self, text: str) -> None:
        number, _, note = text.partition(" ")
        bookmark = await self._named(number)
        await self._controller.bookmarks.change(bookmark.id, note.strip())
        words = (
            f"Bookmark {number}: {note.strip()}."
            if note.strip()
            else f"Bookmark {number} has no note."
        )
        facts = {"number": int(number), "note": note.strip()}
        self._ways.say(Remark("bookmark_changed", words, facts))

    async def _forget(self, text: str) -> None:
        bookmark = await self._named(text)
        await self._controller.bookmarks.remove(bookmark.id)
        words = f"Bookmark {text} is forgotten."
        self._ways.say(Remark("bookmark_removed", words, {"number": int(text)}))

    async def _named(self, number: str) -> Bookmark:
        """Return the bookmark with this number. Raises UsageError naming what there is."""
        kept = self._listed or await self._controller.bookmarks.all(self._standing.slug)
        return kept[values.place(number, len(kept))]


def whereabouts(now: Standing, telling: Telling) -> Remark:
    """Tell where the listener is in the story, and how it is heard."""
    passage, index = telling.passage, telling.index
    heard = remarks.heard_as(now.variant.language, now.variant.mix)
    words = [
        f"{now.title}, in {heard}, {round(now.percentage)} percent heard.",
        f"{passage.speaker or 'Narrator'}, line {index + 1} of {len(passage.lines)}.",
        _state(now),
        f"{now.endings_found} of {now.endings_total} endings found."
        if now.endings_total > 1
        else "",
        remarks.reaction(now.reaction).words if now.reaction else "",
        f"Bookmarks: {now.bookmarks}." if now.bookmarks else "",
        "" if now.habits.auto_play else "Waiting after each passage.",
        "Pausing after each line." if now.habits.pause_after_line else "",
        remarks.sleep(now.sleep_minutes).words if now.sleep_minutes else "",
    ]
    return Remark("where", " ".join(word for word in words if word), _facts(now, telling))


def _state(now: Standing) -> str:
    state = {PlaybackState.PAUSED: "Paused", PlaybackState.PLAYING: "Playing"}.get(now.playback)
    if now.is_ended:
        state = "The end"
    elif now.asked:
        state = "Your turn to choose"
    elif now.is_waiting:
        state = "Waiting for enter"
    loud = f"volume {now.volume}" if now.volume else "muted"
    return f"{state or 'Loading'}; speed {now.speed:g}, {loud}."


def _facts(now: Standing, telling: Telling) -> Mapping[str, Any]:
    return {
        "slug": now.slug,
        "title": now.title,
        "language": now.variant.language,
        "mix": now.variant.mix,
        "node": telling.passage.key,
        "speaker": telling.passage.speaker,
        "line": telling.index,
        "lines": len(telling.passage.lines),
        "percentage": now.percentage,
        "endings_found": now.endings_found,
        "endings_total": now.endings_total,
        "playback": now.playback,
        "asked": bool(now.asked),
        "speed": now.speed,
        "volume": now.volume,
        "reaction": now.reaction,
        "bookmarks": now.bookmarks,
        "auto_play": now.habits.auto_play,
        "pause_after_line": now.habits.pause_after_line,
        "minutes_left": now.sleep_minutes,
    }


def _in_words(bookmark: Bookmark, *, with_title: bool) -> str:
    when = bookmark.made_at.astimezone()
    parts = [
        bookmark.title if with_title else "",
        bookmark.note,
        f"{round(bookmark.percentage)} percent heard, {language_name(bookmark.language)}",
        f"{when.day} {when:%B, %H:%M}",
        bookmark.words,
    ]
    return "; ".join(part for part in parts if part)


def _as_facts(number: int, bookmark: Bookmark) -> Mapping[str, Any]:
    return {
        "number": number,
        "id": str(bookmark.id),
        "slug": bookmark.slug,
        "title": bookmark.title,
        "note": bookmark.note,
        "made_at": bookmark.made_at.isoformat(),
        "words": bookmark.words,
        "language": bookmark.language,
        "mix": bookmark.mix,
        "percentage": bookmark.percentage,
    }
