"""HTML from views and content: templates compiled, fragments and whole pages ready at start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from screener.config import Settings
from screener.content.models.base import Voice
from screener.content.models.library import Contact, Source, Topic
from screener.engine.matching import Answers
from screener.resources import folder
from screener.web.assets import Asset
from screener.web.compression import Reply
from screener.web.crisis_view import InterruptionView
from screener.web.editions import Edition
from screener.web.frames import gap
from screener.web.markup import Texts, call_address, dialled, qr_code, text_address
from screener.web.messages import Message
from screener.web.results_page import ResultsPage
from screener.web.results_view import ResultsView
from screener.web.section_page import HiddenFields, SectionPage
from screener.web.views import SectionView, progress, section_view
from screener.web.visits import SIZES, Visit

STEP = (4 * 1024 + 512,), (32 * 1024,)
"""Bytes, compressed and plain, of a page that answers a step: one size for all of them."""

RESULTS = (14 * 1024, 28 * 1024, 60 * 1024), (64 * 1024, 128 * 1024, 256 * 1024)
"""Bytes, compressed and plain, of a results page: one of three sizes."""


@dataclass(frozen=True)
class TopicWords:
    """A topic in one voice and variant, as HTML."""

    action: Markup
    body: Markup
    strip: Markup


@dataclass(frozen=True)
class QrCode:
    """A QR code as inline SVG, and the words that stand beside it."""

    svg: Markup
    words: str


class Renderer:
    """Makes every page of one edition. Build once; it holds nobody's answers."""

    def __init__(self, edition: Edition, settings: Settings, assets: dict[str, Asset]) -> None:
        self.edition = edition
        self.content = content = edition.content
        self.mode = mode = edition.mode
        self.texts = Texts(content.contacts, links=not mode.kiosk)
        self._words = {
            (id, voice, variant): self._topic_words(topic, voice, variant)
            for id, topic in content.topics.items()
            for voice in Voice
            for variant in (None, *range(len(topic.variants)))
        }
        self._env = self._environment(settings, assets)
        hidden = HiddenFields(self._env, content)
        self._sections = SectionPage(self._env, content, hidden)
        self._results = ResultsPage(self._env, edition, hidden, settings.public_url)

    def _environment(self, settings: Settings, assets: dict[str, Asset]) -> Environment:
        env = Environment(
            loader=FileSystemLoader(folder("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        content, texts = self.content, self.texts
        env.filters |= {
            "plain": texts.plain,
            "linked": texts.linked,
            "markdown": texts.markdown,
            "call_address": call_address,
            "text_address": text_address,
            "day": _day,
            "site_of": lambda address: urlsplit(address).netloc.removeprefix("www."),
            "short_address": lambda address: address.split("://")[-1].removeprefix("www."),
            "sources": self._sources,
            "qr": qr_code,
        }
        bar = [content.contacts[id] for id in content.about.crisis_bar]
        env.globals |= {
            "about": content.about,
            "elsewhere": self.edition.elsewhere,
            "unreviewed": self.edition.unreviewed,
            "content": content,
            "crisis_bar": bar,
            "help_lines": [c for c in content.open_contacts.values() if c.listed],
            "urgent_prefix": next(iter(content.results.groups.values())).prefix,
            "asset": lambda name: f"/static/{assets[name].name}",
            "topic_words": lambda id, voice, variant: self._words[id, voice, variant],
            "qr_codes": _qr_codes(bar, settings),
            "layout": "kiosk_base.html" if self.mode.kiosk else "base.html",
            "base": self.mode.base,
            "kiosk": self.mode.kiosk,
            "clinic": settings,
            "sizes": SIZES,
            "gap": gap,
            "part_of": lambda id: content.sections.index(content.section_of[id]) + 1,
            "visit": None,
            "no_visit": Visit(0),
            "may_print": settings.kiosk_print or not self.mode.kiosk,
        }
        return env

    def _sources(self, topic: Topic) -> list[Source]:
        return [self.content.sources[id] for id in topic.sources]

    def _topic_words(self, topic: Topic, voice: Voice, variant: int | None) -> TopicWords:
        words = topic if variant is None else topic.variants[variant]
        strip = words.strip or topic.strip
        return TopicWords(
            action=self.texts.linked(words.action.in_voice(voice)),
            body=self.texts.markdown(words.body.in_voice(voice)),
            strip=self.texts.markdown(strip.in_voice(voice)) if strip else Markup(),
        )

    def _html(self, template: str, **data: Any) -> bytes:
        return self._env.get_template(template).render(data).encode()

    def _ready(self, template: str, **data: Any) -> Reply:
        return Reply(self._html(template, **data))

    def section(self, view: SectionView, visit: Visit | None = None) -> Reply:
        """A page of questions, with what was picked. A shared screen gives its `visit`."""
        return Reply(self._sections.html(view, visit), *STEP)

    def interruption(self, view: InterruptionView, visit: Visit | None = None) -> Reply:
        """The page that stops the journey."""
        return Reply(self._html("interruption.html", view=view, visit=visit), *STEP)

    def results(self, view: ResultsView, visit: Visit | None = None) -> Reply:
        """The results page."""
        return Reply(self._results.html(view, visit), *RESULTS)

    def message(self, message: Message) -> Reply:
        """A short page: an error, or one that needs no questions."""
        return replace(self._ready("message.html", message=message), status=message.status)

    def ready_pages(self) -> dict[str, Reply]:
        """Every page that is the same for everybody, by its path."""
        about = self.content.about
        pages = {
            "/learn": self._ready("learn.html", groups=self._learn_groups()),
            "/help": self._ready("help.html"),
            "/about": self._reading("about", [("about", about.about)], with_sources=True),
            "/privacy": self._reading(
                "privacy", [("privacy", about.privacy), ("leaving", about.leave)]
            ),
            "/paper": self._paper(),
        }
        pages |= {f"/learn/{id}": self._topic(id) for id in self.content.topics}
        pages |= self._starts()
        return {self.mode.base + path: page for path, page in pages.items()}

    def _starts(self) -> dict[str, Reply]:
        """The start page and, unless they carry a stamp, the first section in both voices."""
        if self.mode.kiosk:
            return {"/": self._ready("kiosk_start.html")}
        first = progress(self.content, self.content.sections[0])
        return {
            "/": self._ready("home.html", progress=first),
            "/check": self._first_section(Voice.ME),
            "/check/someone": self._first_section(Voice.SOMEONE),
        }

    def _first_section(self, voice: Voice) -> Reply:
        view = section_view(self.content, self.content.sections[0], Answers(voice=voice))
        return Reply(self._sections.html(view, None))

    def _reading(self, tab: str, pages: list[Any], with_sources: bool = False) -> Reply:
        return self._ready("reading.html", tab=tab, pages=pages, with_sources=with_sources)

    def _learn_groups(self) -> list[tuple[str, str, list[tuple[str, Topic]]]]:
        topics = self.content.topics.items()
        return [
            (group, title, [(id, topic) for id, topic in topics if topic.group == group])
            for group, title in self.content.about.groups.items()
        ]

    def _topic(self, id: str) -> Reply:
        topic = self.content.topics[id]
        me, someone = self._words[id, Voice.ME, None], self._words[id, Voice.SOMEONE, None]
        return self._ready(
            "topic.html",
            id=id,
            topic=topic,
            words_me=me,
            words_someone=someone,
            different=me != someone,
            variants=[(v, self._words[id, Voice.ME, n]) for n, v in enumerate(topic.variants)],
        )

    def _paper(self) -> Reply:
        content = self.content
        rule = content.topics[content.results.rule_topic]
        return self._ready(
            "paper.html",
            sections=[section_view(content, s, Answers()) for s in content.sections],
            rule_strip=rule.strip.me if rule.strip else "",
        )


def _qr_codes(bar: list[Contact], settings: Settings) -> list[QrCode]:
    """For paper: the first line after the emergency number, and the public help page."""
    crisis = next((contact for contact in bar[1:] if contact.call), bar[0])
    codes = [QrCode(qr_code(f"tel:{dialled(crisis.call or '')}"), f"{crisis.name}: {crisis.call}")]
    if settings.public_url:
        address = f"{settings.public_url}/help"
        codes.append(QrCode(qr_code(address), f"Help lines: {address.split('://')[-1]}"))
    return codes


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
