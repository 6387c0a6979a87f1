"""Three more accessibility engines beside axe: IBM Equal Access, HTML_CodeSniffer and Alfa.

Each looks at a page that Chromium shows. The first two are scripts that run in the page. Alfa runs
in Node and gets the document, its boxes and its style sheets as its own serialiser writes them.
Only what an engine calls a failure counts; what it asks a person to look at does not.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from playwright.sync_api import Page

from tests.browsing import NODE_MODULES
from tests.needs import need, need_program

EQUAL_ACCESS = NODE_MODULES / "accessibility-checker-engine/ace.js"
CODE_SNIFFER = NODE_MODULES / "@pa11y/html_codesniffer/build/HTMLCS.js"
ALFA = Path(__file__).with_name("alfa.mjs")
WHERE_LENGTH = 200
"""Characters of markup that a finding quotes."""

RUN_EQUAL_ACCESS = """async () => {
    const checker = new ace.Checker();
    const { results } = await checker.check(document, ["IBM_Accessibility", "WCAG_2_2"]);
    return results
        .filter(({ value }) => value[1] === "FAIL")
        .map(({ ruleId, snippet, message }) => [ruleId, snippet, message]);
}"""
RUN_CODE_SNIFFER = """() => new Promise((done, fail) => {
    const report = () => done(
        HTMLCS.getMessages()
            .filter(({ type }) => type === HTMLCS.ERROR)
            .map(({ code, element, msg }) => [code, element.outerHTML || "", msg]));
    HTMLCS.process("WCAG2AAA", document, report, fail);
})"""


@dataclass(frozen=True)
class Finding:
    """What an engine calls a failure. `where` is markup as the engine quotes it."""

    engine: str
    rule: str
    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.engine} {self.rule}: {self.where}: {self.why}"


@dataclass(frozen=True)
class Exemption:
    """A finding that is no fault of the page, with the reason. `where` is a regular expression."""

    engine: str
    rule: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return (self.engine, self.rule) == (finding.engine, finding.rule) and bool(
            re.search(self.where, finding.where)
        )


EVERYWHERE = (
    Exemption(
        "Alfa",
        "sia-r73",
        r"^<(p|div|dd|li)",
        "Line height at least 1.5 (1.4.8, AAA). Alfa calls it `normal` because it does not compute "
        "the shorthand `font` with a variable in it, as body has it; there it is 1.5.",
    ),
    Exemption(
        "Equal Access",
        "aria_form_label_unique",
        r"^<form",
        "A form without a name is no landmark (HTML Accessibility API Mappings, `form`), so there "
        "is nothing to tell apart.",
    ),
    Exemption("Equal Access", "aria_landmark_name_unique", r"^<form", "The same."),
)
"""What the engines say of pages of the website and of the touch screen alike."""


class Engines:
    """The three engines; Alfa's process is shared by all pages."""

    def __init__(self, to_alfa: IO[str], from_alfa: IO[str]) -> None:
        self._to_alfa = to_alfa
        self._from_alfa = from_alfa
        self._serialise = self._read()

    def _read(self) -> Any:
        line = self._from_alfa.readline()
        assert line, "Alfa has ended; its error is on stderr"
        return json.loads(line)

    def findings(self, page: Page, dark: bool = False) -> list[Finding]:
        """What the engines find in a page as it stands. `dark`: its colour scheme."""
        # As a string: Playwright is slow with objects of this size.
        document = page.evaluate(f"async () => JSON.stringify(await ({self._serialise})(document))")
        view = page.viewport_size
        assert view
        print(json.dumps({"document": document, "dark": dark, **view}), file=self._to_alfa)
        self._to_alfa.flush()
        found = []
        for engine, script, run in (
            ("Equal Access", EQUAL_ACCESS, RUN_EQUAL_ACCESS),
            ("HTML_CodeSniffer", CODE_SNIFFER, RUN_CODE_SNIFFER),
        ):
            page.evaluate(script.read_text(encoding="utf-8"))
            found += [(engine, *each) for each in page.evaluate(run)]
        found += [("Alfa", *each) for each in self._read()]
        return [
            Finding(engine, rule, " ".join(where.split())[:WHERE_LENGTH], why)
            for engine, rule, where, why in found
        ]


@contextmanager
def running_engines() -> Iterator[Engines]:
    """Start Alfa's process; end it afterwards."""
    need_program("node")
    for script in (EQUAL_ACCESS, CODE_SNIFFER, NODE_MODULES / "@siteimprove/alfa-rules"):
        need(script.exists(), f"{script.name} (npm ci in tests/browser)")
    pipes = subprocess.Popen(
        ["node", str(ALFA)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with pipes as process:
        assert process.stdin and process.stdout
        yield Engines(process.stdin, process.stdout)
        process.stdin.close()


def unexplained(found: Collection[Finding], exemptions: Collection[Exemption]) -> list[str]:
    """Findings that no exemption is about, each once."""
    left = [each for each in found if not any(it.covers(each) for it in exemptions)]
    return list(dict.fromkeys(map(str, left)))


def unused(found: Collection[Finding], exemptions: Collection[Exemption]) -> list[str]:
    """Exemptions that are about none of the findings and must go."""
    return [
        f"{each.engine} {each.rule} {each.where}"
        for each in exemptions
        if not any(map(each.covers, found))
    ]
