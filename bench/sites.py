"""The first question three times, made in different ways, as folders for nginx: our static export,
GOV.UK Frontend and SurveyJS."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path

from bench.needs import NODE_MODULES
from screener.config import Settings
from screener.content.models.base import Voice
from screener.content.models.questionnaire import Questionnaire
from screener.engine.signs import Answers
from screener.export.folder import write_folder
from screener.web.views import QuestionView, page_view

PATHS = {"ours": "/check/", "govuk": "/", "surveyjs": "/"}
"""Where the first question is."""

_HEAD = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'


def build(content: Questionnaire, place: Path) -> dict[str, Path]:
    """Write the pages below `place`. Name -> the folder of the page."""
    sites = {
        "ours": place / "ours" / "site",
        "govuk": place / "govuk",
        "surveyjs": place / "surveyjs",
    }
    for site in sites.values():
        site.mkdir(parents=True)
        site.chmod(0o755)
    write_folder(Settings(), place / "ours")
    first = next(iter(content.questions))
    view = page_view(content, first, Answers(voice=Voice.ME)).question
    _govuk(sites["govuk"], content.about.title, view)
    write_survey(sites["surveyjs"], content, [first])
    return sites


def _govuk(site: Path, title: str, question: QuestionView) -> None:
    """As GOV.UK Frontend's page template has it, with its script and typeface."""
    source = NODE_MODULES / "govuk-frontend" / "dist" / "govuk"
    for name in ("govuk-frontend.min.css", "govuk-frontend.min.js"):
        shutil.copy(source / name, site / name.replace(".min", ""))
    shutil.copytree(source / "assets", site / "assets")
    (site / "index.html").write_text(
        f"""<!doctype html>
<html lang="en" class="govuk-template"><head>{_HEAD}<title>{escape(title)}</title>
<link rel="stylesheet" href="/govuk-frontend.css"></head>
<body class="govuk-template__body">
<script src="/start.js"></script>
<a href="#main-content" class="govuk-skip-link" data-module="govuk-skip-link">Skip</a>
<div class="govuk-width-container"><main class="govuk-main-wrapper" id="main-content">
<h1 class="govuk-heading-l">{escape(title)}</h1>
<form method="post">{_govuk_box(question)}
<button type="submit" class="govuk-button" data-module="govuk-button">Next</button></form>
</main></div>
<script type="module" src="/init.js"></script>
</body></html>"""
    )
    supported = "('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '')"
    (site / "start.js").write_text(f"document.body.className += ' js-enabled' + {supported};")
    (site / "init.js").write_text('import { initAll } from "/govuk-frontend.js"; initAll();')


def _govuk_box(question: QuestionView) -> str:
    kind, plural = ("radio", "radios") if question.is_single else ("checkbox", "checkboxes")
    rows = "".join(
        f'<div class="govuk-{plural}__item"><input class="govuk-{plural}__input" type="{kind}" '
        f'id="{question.id}-{choice.id}" name="{question.id}" value="{choice.id}">'
        f'<label class="govuk-label govuk-{plural}__label" for="{question.id}-{choice.id}">'
        f"{escape(choice.text)}</label></div>"
        for choice in question.choices
    )
    hint = f'<div class="govuk-hint">{escape(question.hint)}</div>' if question.hint else ""
    return (
        '<div class="govuk-form-group"><fieldset class="govuk-fieldset">'
        f'<legend class="govuk-fieldset__legend govuk-fieldset__legend--m">'
        f"{escape(question.legend)}</legend>{hint}"
        f'<div class="govuk-{plural}" data-module="govuk-{plural}">{rows}</div></fieldset></div>'
    )


def write_survey(site: Path, content: Questionnaire, questions: Sequence[str]) -> None:
    """As SurveyJS's guide for plain HTML has it: core, user interface and style. One question a
    page."""
    core, interface = NODE_MODULES / "survey-core", NODE_MODULES / "survey-js-ui"
    for path in (core / "survey.core.min.js", core / "survey-core.min.css"):
        shutil.copy(path, site)
    shutil.copy(interface / "survey-js-ui.min.js", site)
    views = [page_view(content, id, Answers(voice=Voice.ME)).question for id in questions]
    pages = [{"elements": [_survey_question(view)]} for view in views]
    survey = json.dumps({"title": content.about.title, "pages": pages})
    (site / "survey.js").write_text(
        f"const survey = new Survey.Model({survey});\n"
        "survey.render(document.getElementById('survey'));"
    )
    (site / "index.html").write_text(
        f"""<!doctype html>
<html lang="en"><head>{_HEAD}<title>{escape(content.about.title)}</title>
<link rel="stylesheet" href="/survey-core.min.css">
<script src="/survey.core.min.js"></script><script src="/survey-js-ui.min.js"></script>
</head><body><div id="survey"></div><script src="/survey.js"></script></body></html>"""
    )


def _survey_question(question: QuestionView) -> dict[str, object]:
    return {
        "type": "radiogroup" if question.is_single else "checkbox",
        "name": question.id,
        "title": question.legend,
        "description": question.hint,
        "choices": [{"value": choice.id, "text": choice.text} for choice in question.choices],
    }
