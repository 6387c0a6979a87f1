"""Sets up the app's Jinja environment: what every template can use, and the fragment cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, url_for
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from screener.config import Settings
from screener.content.models.chart import ChartRow
from screener.resources import folder
from screener.web.assets import Asset
from screener.web.editions import Edition, current_edition
from screener.web.headers import META_CONTENT_SECURITY_POLICY
from screener.web.markup import (
    call_address,
    dialled,
    hidden_fields,
    qr_code,
    short_address,
    text_address,
)
from screener.web.views import ALSO_IN_VIEW, FULL_STOPS, QuestionView
from screener.web.visits import SIZES, Visit


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates for the next app of this process: `serve --reload` makes one for
    each save of the content file."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja, which compares the checksum of the template's source."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja when it has compiled a template."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


JINJA_OPTIONS: dict[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "bytecode_cache": CompiledTemplates(),
}
"""StrictUndefined: a name that a template misspells is an error, never an empty place."""


def template_environment() -> Environment:
    """Jinja with the app's options, for pages that are made when there may be no app."""
    loader = FileSystemLoader(folder("templates"))
    return Environment(loader=loader, autoescape=True, **JINJA_OPTIONS)


@dataclass(frozen=True)
class QrCode:
    """A QR code as inline SVG, and the words that stand beside it."""

    svg: Markup
    words: str


class Fragments:
    """Macros of `_fragments.html`, each rendered once for the same arguments.

    A fragment depends on its arguments and the edition alone. Arguments are ids of the
    content, a voice, a variant: all known at start, so nothing kept here is somebody's.
    """

    def __init__(self, environment: Environment, names: Mapping[str, Any]) -> None:
        """`names`: what the macros can use besides their arguments."""
        template = environment.get_template("_fragments.html")
        self._macros = template.make_module(dict(names))
        self._made: dict[tuple[object, ...], Markup] = {}

    def __call__(self, macro: str, *arguments: str | int | bool | None) -> Markup:
        """The HTML of a macro."""
        key = (macro, *arguments)
        if key not in self._made:
            self._made[key] = getattr(self._macros, macro)(*arguments)
        return self._made[key]


def set_up_templates(app: Flask, settings: Settings, assets: Mapping[str, Asset]) -> None:
    """Add filters, globals and the context of every template."""
    environment = app.jinja_env
    environment.filters |= {
        "call_address": call_address,
        "text_address": text_address,
        "day": day,
        "site_of": lambda address: urlsplit(address).netloc.removeprefix("www."),
        "short_address": short_address,
        "qr": qr_code,
        "hidden_fields": hidden_fields,
        "lower_first": lambda text: text[:1].lower() + text[1:],
    }
    environment.globals |= {
        "asset_url": lambda name: url_for("static_file", name=assets[name].name),
        "clinic": settings.clinic,
        "public_url": settings.public_url,
        "meta_policy": META_CONTENT_SECURITY_POLICY,
        "exit_url": settings.exit_url,
        "bundle_digest": app.extensions["bundle_digest"],
        "idle_seconds": settings.kiosk_idle,
        "warning_seconds": settings.kiosk_warning,
        "size_choices": SIZES,
        "default_visit": Visit(0),
        "idle_minutes": {
            "usual": minutes(Visit(0).idle_limit(settings.kiosk_idle)),
            "more": minutes(Visit(0, more_time=True).idle_limit(settings.kiosk_idle)),
        },
        "full_stops": FULL_STOPS,
        "also_in_view": ALSO_IN_VIEW,
    }
    environment.globals["icons"] = environment.get_template("_icons.html").module
    environment.globals["drawings"] = environment.get_template("_drawings.html").module
    contexts: dict[str, dict[str, Any]] = {}

    @app.context_processor
    def edition_context() -> dict[str, Any]:
        edition = current_edition()
        if edition.name not in contexts:
            contexts[edition.name] = with_macros(environment, edition_names(edition, settings))
        return {**contexts[edition.name], "visit": None}


def with_macros(environment: Environment, names: Mapping[str, Any]) -> dict[str, Any]:
    """The names of an edition, and the macros that use them: `macros`, `fragment`, `plans`."""
    context = dict(names)
    context["macros"] = environment.get_template("_macros.html").make_module(context)
    context["fragment"] = Fragments(environment, context)
    context["plans"] = environment.get_template("_plans.html").make_module(context)
    return context


def edition_names(edition: Edition, settings: Settings) -> dict[str, Any]:
    """What templates can use that differs from edition to edition."""
    content = edition.content
    bar = [content.contacts[id] for id in content.about.crisis_bar]
    return {
        "edition": edition,
        "content": content,
        "about": content.about,
        "texts": edition.texts,
        "crisis_bar": bar,
        "help_lines": {id: c for id, c in content.open_contacts.items() if c.listed},
        "blank": cache(partial(QuestionView, content)),
        "may_print": may_print(edition, settings),
        "public_address": partial(public_address, edition, settings.public_url),
        "chart_rows": [row for row in ChartRow if row.is_printed],
        "qr_codes": lambda: qr_codes(edition, settings.public_url),
    }


def may_print(edition: Edition, settings: Settings) -> bool:
    """Whether there is paper: a touch screen has a printer only if a setting says so."""
    return settings.kiosk_print or not edition.is_kiosk


def public_address(edition: Edition, public_url: str, topic: str) -> str:
    """Where a topic is read on one's own device, short enough to type; '' if not known."""
    if not public_url:
        return ""
    path = url_for(f"{edition.region.lower()}.topic", topic_id=topic)
    return short_address(public_url) + path


def qr_codes(edition: Edition, public_url: str) -> list[QrCode]:
    """For paper: the first line after the emergency number, and the public help page."""
    content = edition.content
    bar = [content.contacts[id] for id in content.about.crisis_bar]
    crisis = next((contact for contact in bar[1:] if contact.call), bar[0])
    to_call = qr_code(
        f"tel:{dialled(crisis.call or '')}", f"Code to call {crisis.call} from your own phone"
    )
    codes = [QrCode(to_call, f"{crisis.label}: {crisis.call}")]
    if public_url:
        address = f"{public_url}/help"
        to_open = qr_code(address, "Code to open the help lines on your own phone")
        codes.append(QrCode(to_open, f"Help lines: {address.split('://')[-1]}"))
    return codes


def minutes(seconds: int) -> str:
    """Seconds as minutes, with one decimal where they are not whole: '3', '1.5'."""
    return f"{seconds / 60:.1f}".removesuffix(".0")


def day(day: date) -> str:
    """A date as 'November 26, 2026'."""
    return f"{day:%B} {day.day}, {day.year}"
