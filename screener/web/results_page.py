"""The results page, put together from frames: cards ready, reasons and answers filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from jinja2 import Environment

from screener.content.models.base import Voice
from screener.engine.matching import Card, RedFlag
from screener.web.answer_lines import AnswerLines
from screener.web.crisis_view import crises
from screener.web.editions import Edition
from screener.web.frames import Frame
from screener.web.results_view import URGENT, GroupView, ResultsView, ToldSection
from screener.web.section_page import HiddenFields
from screener.web.visits import Visit

CHECKLIST = 10
"""Cards that keep their action on paper; of those after them only urgent ones do."""


class ResultsPage:
    """Makes the results pages of one edition."""

    def __init__(
        self, env: Environment, edition: Edition, hidden: HiddenFields, public_url: str
    ) -> None:
        self._env = env
        self._edition = edition
        self._content = content = edition.content
        self._hidden = hidden
        self._public_url = public_url
        self._always = {rule.topic for rule in content.results.always}
        self._numbers = {section.id: n for n, section in enumerate(content.sections, start=1)}
        self._page = cache(self._make_page)
        self._piece = cache(self._make_piece)
        self._crisis = cache(self._make_crisis)
        self._lines = {voice: AnswerLines(self._piece, content, voice) for voice in Voice}

    def html(self, view: ResultsView, visit: Visit | None) -> bytes:
        """The page. A shared screen gives its `visit`."""
        cards = _Cards(self, view.voice)
        parts = {
            "review": self._review(view),
            "crises": b"".join([self._crisis(flag, view.voice) for flag in view.flags]),
            "support": b"".join([self.piece("support", id) for id in view.support]),
            "rule": self.piece("rule", view.voice, view.rule_variant) if view.show_rule else b"",
            "leads": self._leads(view),
            "jumps": b"".join([self.piece("jump", group.urgency) for group in view.groups]),
            "groups": b"".join([self._group(group, cards) for group in view.groups]),
            "beside": cards.html(view.beside_help),
            "hidden": self._hidden.html(view.carried),
            "issued": b"%d" % visit.issued if visit else b"",
            "take": self._take_with_you(view),
        }
        if view.told:
            parts |= self._told(view)
        return self._page(view.voice, visit.shape if visit else None).filled(parts)

    def piece(self, name: str, *about: object) -> bytes:
        """A piece of the page that is the same for everybody."""
        return self._piece(name, *about).empty

    def card(self, card: Card, voice: Voice, brief: bool) -> bytes:
        """One topic, with what in the answers led to it."""
        if card.reasons:
            why = self._lines[voice].why(card.reasons)
        else:
            why = self.piece("no_reason", card.topic in self._always)
        kind = card.topic, voice, card.variant, card.urgency, card.lesser, brief
        return self._piece("card", *kind).filled({"why": why})

    def _review(self, view: ResultsView) -> bytes:
        unreviewed = self._edition.unreviewed
        waits = any(
            ("topics", card.topic) in unreviewed for group in view.groups for card in group.cards
        ) or any(("interruptions", flag.interruption) in unreviewed for flag in view.flags)
        return self.piece("review_notice", waits)

    def _leads(self, view: ResultsView) -> bytes:
        leads = [self.piece("lead", text) for text in view.leads]
        if not view.matched:
            leads.append(self.piece("no_match", view.voice))
        if view.urgent:
            leads.append(self.piece("lead", self._content.results.first_line))
        return b"".join(leads)

    def _group(self, group: GroupView, cards: _Cards) -> bytes:
        in_view = cards.html(card for card in group.cards if not card.folded)
        folded = [card for card in group.cards if card.folded]
        rest = b""
        if folded:
            more = {"count": b"%d" % len(folded), "cards": cards.html(folded)}
            rest = self._piece("folded").filled(more)
        return self._piece("group", group.urgency).filled({"cards": in_view, "folded": rest})

    def _told(self, view: ResultsView) -> dict[str, bytes]:
        """What was picked, on the screen and, if wished, on paper."""
        told = self._lines[view.voice].told
        count = sum([len(part.lines) for part in view.told])
        sections: list[bytes] = []
        blocks: list[bytes] = []
        for part in view.told:
            lines = b"".join([told(line) for line in part.lines])
            sections.append(self._of_section("told_section", part).filled({"lines": lines}))
            if part.sensitive:
                blocks += self._printed_apart(part, view.voice)
            else:
                blocks.append(self._of_section("printed_block", part).filled({"lines": lines}))
        on_screen = {
            "count": b"%d" % count,
            "s": b"s" if count != 1 else b"",
            "sections": b"".join(sections),
        }
        return {
            "told": self._piece("told").filled(on_screen),
            "print_tick": self.piece("print_tick"),
            "printed": self._piece("printed").filled({"blocks": b"".join(blocks)}),
        }

    def _printed_apart(self, part: ToldSection, voice: Voice) -> Iterator[bytes]:
        """What is printed or left out together: ordinary answers, and each sensitive one."""
        told = self._lines[voice].told
        together = [told(line) for line in part.lines if line not in part.sensitive]
        if together:
            yield self._of_section("printed_block", part).filled({"lines": b"".join(together)})
        for line in part.sensitive:
            frame = self._of_section("printed_block", part, line.question, voice)
            yield frame.filled({"lines": told(line)})

    def _of_section(self, name: str, part: ToldSection, *about: object) -> Frame:
        section = part.section
        return self._piece(name, section.id, section.title, self._numbers[section.id], *about)

    def _take_with_you(self, view: ResultsView) -> bytes:
        """In the fragment, which a browser never sends: which topics, never which answers."""
        if not (self._edition.mode.kiosk and self._public_url):
            return b""
        address = f"{self._public_url}/learn#topics={','.join(view.topics)}"
        return self._make_piece("take_with_you", address).empty

    def _make_crisis(self, flag: RedFlag, voice: Voice) -> bytes:
        (crisis,) = crises(self._content, (flag,), voice)
        return self._make_piece("crisis_block", crisis, voice).empty

    def _make_piece(self, name: str, *about: object) -> Frame:
        return Frame(getattr(self._env.get_template("_results.html").module, name)(*about))

    def _make_page(self, voice: Voice, shape: Visit | None) -> Frame:
        template = self._env.get_template("results.html")
        return Frame(template.render(voice=voice, visit=shape))


class _Cards:
    """Counts the cards as they are printed."""

    def __init__(self, page: ResultsPage, voice: Voice) -> None:
        self._page = page
        self._voice = voice
        self._printed = 0

    def html(self, cards: Iterable[Card]) -> bytes:
        return b"".join([self._next(card) for card in cards])

    def _next(self, card: Card) -> bytes:
        self._printed += 1
        brief = self._printed > CHECKLIST and card.urgency not in URGENT
        return self._page.card(card, self._voice, brief)
