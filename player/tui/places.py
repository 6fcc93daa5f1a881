"""Find typed words in lines of a story, in their script or in plain Latin letters."""

from __future__ import annotations

from collections.abc import Iterable

from player.story.passages import Passage


def places(passages: Iterable[Passage], words: str) -> tuple[tuple[int, int], ...]:
    """Return (passage, line), both from 0, of every line that has all of `words` in it.

    The translation counts where it goes line by line.
    """
    from player.roman import search_key, typed_key  # noqa: PLC0415 - its tables are wanted here

    wanted = typed_key(words).split()
    if not wanted:
        return ()
    found = []
    for number, passage in enumerate(passages):
        is_aligned = len(passage.translation) == len(passage.lines)
        for index, line in enumerate(passage.lines):
            text = f"{line.text} {passage.translation[index]}" if is_aligned else line.text
            key = search_key(text)
            if all(word in key for word in wanted):
                found.append((number, index))
    return tuple(found)
