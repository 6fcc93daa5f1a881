"""A report drawn with letters: bars of blocks, 80 columns, texts of the story last on their rows.

Letters of Indian scripts have no width that all terminals agree on, so nothing stands to their
right; keys of nodes that are not ASCII are shown by their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from player.plain import readable
from player.story.cleaning import cleaned
from player.tui.script.aksaras import aksaras
from player.tui.script.encoding import reserve

if TYPE_CHECKING:
    from db.growth.report import ChoiceReport, EditionReport, NodeReport, StoryReport

WIDTH: Final = 80
AT_MOST: Final = 40
"""Nodes that are drawn; of more, those where most leave."""
EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
PLAIN: Final = "#"
MILLION: Final = 1_000_000


def picture(found: StoryReport, encoding: str | None) -> list[str]:
    """Return the lines; where the encoding has no blocks, bars of "#"."""
    drawn = _Drawn(encoding)
    lines = [*drawn.heading(found)]
    if len(found.editions) > 1:
        lines += ["", *drawn.editions(found.editions)]
    if found.nodes:
        lines += ["", *drawn.nodes(found.nodes)]
    if any(node.choices for node in found.nodes):
        lines += ["", *drawn.choices(found.nodes)]
    if found.folded_until:
        lines += [
            "",
            f"Of {found.folded_until:%Y-%m} and earlier only counts are kept; a listener of that",
            "time counts for the language heard last.",
        ]
    return [line.rstrip() for line in lines]


class _Drawn:
    """Draws for one encoding."""

    def __init__(self, encoding: str | None) -> None:
        self._encoding = encoding
        self._has_blocks = _can_write(EIGHTHS, encoding)

    def heading(self, found: StoryReport) -> Iterator[str]:
        whole = found.total
        when = f"since {found.since:%Y-%m-%d}" if found.since else "since the beginning"
        yield f"{self._text(found.slug, WIDTH - len(when) - 1):<{WIDTH - len(when)}}{when}"
        if whole.title:
            yield self._text(whole.title, WIDTH)
        yield ""
        again = f", and went on {_times(whole.resumes)}" if whole.resumes else ""
        yield f"  played   {whole.plays:>9,}   by {_listeners(whole.listeners)}{again}"
        finished = f"{_percent(whole.completion)} of the plays"
        if whole.endings_heard != whole.completions:
            finished += f"; endings heard: {whole.endings_heard:,}"
        yield f"  finished {whole.completions:>9,}   {finished}"
        likes = [f"{count:,} {name}" for name, count in sorted(whole.reactions.items())]
        yield f"  liked    {sum(whole.reactions.values()):>9,}   {', '.join(likes)}"

    def editions(self, editions: Sequence[EditionReport]) -> Iterator[str]:
        yield f"  {'language':<10}{'plays':>9} {'':16} {'finished':>8}{'listeners':>11}{'likes':>7}"
        most = max(one.plays for one in editions)
        for one in editions:
            yield (
                f"  {_code(one.language):<10.10}{_count(one.plays, 9)} "
                f"{self._bar(one.plays, most, 16)} {_percent(one.completion):>8}"
                f"{_count(one.listeners, 11)}{_count(_likes(one), 7)}  " + self._text(one.title, 13)
            )

    def nodes(self, nodes: Sequence[NodeReport]) -> Iterator[str]:
        shown = nodes
        if len(nodes) > AT_MOST:
            leaving = sorted(nodes, key=lambda node: -node.left)[:AT_MOST]
            shown = [node for node in nodes if node in leaving]
        yield (
            f"  {'node':<18}{'visits':>8} {'':12} {'left here':>9} {'':8} {'':5}"
            f"{'again':>7}{'stay':>7}"
        )
        visits, left = max(n.visits for n in nodes), max(n.left for n in nodes)
        for node in shown:
            name = f"{_key(node.key, nodes)}{' *' if node.is_end else ''}"
            yield (
                f"  {name:<18.18}{_count(node.visits, 8)} {self._bar(node.visits, visits, 12)} "
                f"{_count(node.left, 9)} {self._bar(node.left, left, 8)} "
                f"{_percent(node.leaving):>5}{_count(node.replays, 7)}{_count(node.standing, 7)}"
            )
        if len(shown) < len(nodes):
            yield f"  of {len(nodes):,} nodes those {len(shown)} where most leave; --json has all"
        yield "  * an ending; again: heard again; stay: listeners who stand here, unfinished"

    def choices(self, nodes: Sequence[NodeReport]) -> Iterator[str]:
        yield "  what they take"
        offering = [node for node in nodes if node.choices]
        if len(offering) > AT_MOST:
            offering = sorted(offering, key=lambda node: -_taken(node))[:AT_MOST]
        for node in offering:
            yield f"  {_key(node.key, nodes)}"
            for choice in node.choices:
                yield self._choice(choice)

    def _choice(self, choice: ChoiceReport) -> str:
        return (
            f"    {_code(choice.key):<4.4}{self._bar(choice.share, 100, 26)} "
            f"{_percent(choice.share):>5}{_count(choice.taken, 9)}  " + self._text(choice.text, 28)
        )

    def _bar(self, value: float, most: float, width: int) -> str:
        """Draw a bar to an eighth of a letter; something is never drawn as nothing."""
        eighths = round(8 * width * value / most) if most else 0
        if value and not eighths:
            eighths = 1
        if not self._has_blocks:
            return (PLAIN * (-(-eighths // 8))).ljust(width)
        whole, rest = divmod(eighths, 8)
        return (EIGHTHS[8] * whole + (EIGHTHS[rest] if rest else "")).ljust(width)

    def _text(self, text: str, room: int) -> str:
        """Shorten a text of the story to the cells that it takes at most."""
        letters = aksaras(readable(cleaned(" ".join(text.split())), self._encoding))
        used, kept = 0, ""
        for number, letter in enumerate(letters):
            wide = max(1, reserve(letter))
            is_last = number == len(letters) - 1
            if used + wide > room - (0 if is_last else 2):
                return f"{kept.rstrip()}.."
            used, kept = used + wide, kept + letter
        return kept


def _can_write(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _key(key: str, nodes: Sequence[NodeReport]) -> str:
    if key.isascii():
        return cleaned(key)
    return f"node {1 + [node.key for node in nodes].index(key)}"


def _code(text: str) -> str:
    """Return a short name that may be anybody's: a language is told by events, too."""
    return " ".join(cleaned(text).split()) if text and text.isascii() else "?"


def _taken(node: NodeReport) -> int:
    return sum(choice.taken for choice in node.choices)


def _count(number: int, width: int) -> str:
    """Write a number to the right of its column, rounded where it would not fit beside others."""
    text = f"{number:,}"
    if len(text) >= width:
        text = f"{number / 1e6:.1f}M" if number >= MILLION else f"{number / 1e3:.0f}k"
    return f"{text:>{width}}"


def _percent(share: float) -> str:
    return f"{share:.0f} %"


def _listeners(count: int) -> str:
    return "1 listener" if count == 1 else f"{count:,} listeners"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _likes(one: EditionReport) -> int:
    return sum(one.reactions.values())
