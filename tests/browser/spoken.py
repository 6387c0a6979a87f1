"""What a screen reader would speak, as plain text, from Chromium's accessibility tree.

`Listener.hear` takes the tree as it stands; `Heard.transcript` writes it down, one line for each
thing that is spoken, in reading order. `press` presses a control and says what is spoken on
arrival; `Arrival.faults` says what is wrong with that.

The tree says what a browser offers. It does not say what one reader makes of it: the order of
words within a line, and the words for roles and states, are this module's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from playwright.sync_api import CDPSession, Page

WAY_OUT = "Leave this site"
SETTLED = 20_000
"""Milliseconds in which a press has to show something."""

SAID = 150
"""Milliseconds after which a page has announced what it has to say."""

LANDMARKS = {
    "banner": "header",
    "complementary": "aside",
    "contentinfo": "footer",
    "form": "form",
    "main": "main",
    "navigation": "navigation",
    "region": "region",
    "search": "search",
}
NAMED_ONLY = ("form", "region")
"""Landmarks that readers pass over when they have no name."""

GROUPS = ("group", "radiogroup")

CONTROLS = {
    "button": "button",
    "checkbox": "check box",
    "combobox": "combo box",
    "DisclosureTriangle": "summary",
    "DisclosureTriangleGrouped": "summary",
    "image": "image",
    "link": "link",
    "meter": "meter",
    "progressbar": "progress bar",
    "radio": "radio button",
    "searchbox": "search box",
    "slider": "slider",
    "spinbutton": "number",
    "switch": "switch",
    "tab": "tab",
    "textbox": "text box",
}
"""Roles that are spoken with their name; what stands inside them is their name."""

PRESSABLE = ("button", "link", "DisclosureTriangle", "DisclosureTriangleGrouped")
MARKERS = re.compile(r"^[^\w\s“\u2018\"'(\[]|[^\w\s”\u2019\"').?!:,\]]$")
"""Signs that are drawn and mean nothing aloud, such as the plus of a folded part."""

BLOCKS = ("paragraph", "Legend", "form")
"""Roles of what never shares a line with what is around it."""

WORD = re.compile(r"[\w\u2019']+")

INLINE_TAGS = ("A", "ABBR", "B", "BDI", "CITE", "CODE", "EM", "I", "KBD", "Q", "S", "SMALL",
               "SPAN", "STRONG", "SUB", "SUP", "TIME")  # fmt: skip


@dataclass
class Node:
    """A node of the accessibility tree."""

    role: str
    name: str
    description: str
    value: str
    ignored: bool
    states: dict[str, Any]
    dom: int
    """Backend id of its DOM node: the same for as long as that node stands."""
    is_inline: bool
    children: list[Node] = field(default_factory=list)

    def __iter__(self) -> Iterator[Node]:
        """This node and all below, in reading order, but for those that readers pass over."""
        if not self.ignored:
            yield self
        for child in self.children:
            yield from child

    @property
    def is_control(self) -> bool:
        return self.role in CONTROLS

    @property
    def is_live(self) -> bool:
        return self.states.get("live") in ("polite", "assertive") or self.role == "alert"

    @property
    def words(self) -> str:
        """All that is read of it, in one line."""
        return _clean(" ".join(_lines(self)))

    @property
    def line(self) -> str:
        """Role, name, states and description, as they are spoken when it gets the focus."""
        role = CONTROLS.get(self.role) or LANDMARKS.get(self.role) or self.role
        if self.role == "heading":
            role = f"heading {self.states.get('level', '')}"
        parts = [f"{role}: {self.name}" if self.name else role, *self._states()]
        return ", ".join(parts) + (f" ({self.description})" if self.description else "")

    def _states(self) -> Iterator[str]:
        states = self.states
        if self.role in ("checkbox", "radio", "switch"):
            checked = states.get("checked", "false")
            yield {"true": "checked", "mixed": "half checked"}.get(checked, "not checked")
        if "pressed" in states:
            yield "pressed" if states["pressed"] == "true" else "not pressed"
        if "expanded" in states:
            yield "expanded" if states["expanded"] else "collapsed"
        if self.value and self.role not in ("checkbox", "radio", "switch"):
            yield f"“{self.value}”"
        if states.get("required"):
            yield "required"
        if str(states.get("invalid", "false")) != "false":
            yield "invalid"
        if states.get("disabled"):
            yield "unavailable"
        if self.role.startswith("Disclosure"):
            yield from (f"heading {n.states['level']}" for n in self if n.role == "heading")


@dataclass
class Heard:
    """A whole page, as it stood at one moment."""

    title: str
    root: Node
    focus: Node | None
    """What has the focus; None when nothing has, so that keys act on the whole page."""

    around: tuple[Node, ...] = ()
    """The named parts that the focus stands in, the outermost first."""

    def find(self, *roles: str) -> list[Node]:
        return [node for node in self.root if node.role in roles]

    @property
    def main(self) -> Node | None:
        return next(iter(self.find("main")), None)

    @property
    def pressables(self) -> list[Node]:
        return [node for node in self.find(*PRESSABLE) if not node.states.get("disabled")]

    def transcript(self, *, whole: bool = False) -> list[str]:
        """What is read of <main>, or of the whole page. One line for each thing."""
        return list(_lines(self.root if whole or not self.main else self.main))

    @property
    def live(self) -> dict[int, Node]:
        """Live regions by DOM node; not those within another one."""
        found: dict[int, Node] = {}

        def look(node: Node) -> None:
            if node.is_live and not node.ignored:
                found[node.dom] = node
                return
            for child in node.children:
                look(child)

        look(self.root)
        return found

    def faults(self) -> list[str]:
        """What is wrong with the page wherever one stands on it."""
        nameless = [n.line for n in self.root if n.is_control and not n.name and not n.value]
        drawn = [n.line for n in self.root if n.is_control and MARKERS.search(n.name)]
        twice = [
            n.line
            for n in self.root
            if n.description and _same(n.description, n.name) and n.role != "StaticText"
        ]
        ways_out = [n for n in self.find("link", "button") if n.name == WAY_OUT]
        return [
            *(f"has no name: {line}" for line in nameless),
            *(f"a drawn sign is in the name: {line}" for line in drawn),
            *(f"its description repeats its name: {line}" for line in twice),
            *([f"“{WAY_OUT}” is read {len(ways_out)} times"] if len(ways_out) > 1 else []),
            *(f"read twice in a row: {line}" for line in _repeated(self.transcript(whole=True))),
        ]


def _repeated(lines: Sequence[str]) -> Iterator[str]:
    for one, next_one in pairwise(lines):
        if one.strip() == next_one.strip() and re.search(r"\w", one):
            yield one.strip()


def _clean(text: str) -> str:
    """One line; Chromium puts a space on each side of what is drawn elsewhere."""
    return re.sub(r" ([.,:;?!])(?= |$)", r"\1", " ".join(text.split()))


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same, or one says all of the other."""
    a, b = (f" {' '.join(WORD.findall(text.lower()))} " for text in (one, other))
    if not a.strip() or not b.strip():
        return False
    short, long = sorted((a, b), key=len)
    return a == b or (len(short.split()) > 3 and short in long)


# From a tree to lines


class _Writer:
    """Collects lines; text and controls that stand in one line of the page share a line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0
        self.run: list[tuple[bool, str]] = []  # (is it a control, its words)

    def put(self, line: str) -> None:
        self.flush()
        self.lines.append("  " * self.depth + line)

    def flush(self) -> None:
        run, self.run = self.run, []
        if not any(words.strip() for _, words in run):
            return
        mixed = any(not control and words.strip(" .,;·|") for control, words in run)
        if mixed:
            text = "".join(f" [{words}] " if control else words for control, words in run)
            self.lines.append("  " * self.depth + _clean(text))
        else:
            alone = (words for control, words in run if control)
            self.lines.extend("  " * self.depth + words for words in alone)

    def children(self, node: Node) -> None:
        for child in node.children:
            self.write(child)

    def nested(self, node: Node) -> None:
        self.flush()
        self.depth += 1
        self.children(node)
        self.flush()
        self.depth -= 1

    def write(self, node: Node) -> None:
        if node.ignored:
            self.block(node)
        elif node.role == "StaticText":
            self.run.append((False, node.name))
        elif node.role == "LineBreak":
            self.flush()
        elif node.role == "ListMarker":
            self.run.append((False, node.name if re.search(r"\w", node.name) else ""))
        elif node.is_live:
            self.live(node)
        elif node.is_control:
            self.control(node)
        elif node.role == "heading":
            self.heading(node)
        elif node.role in LANDMARKS and (node.name or node.role not in NAMED_ONLY):
            self.landmark(node)
        elif node.role == "list":
            items = [child for child in node if child.role == "listitem"]
            mine = len(items) - sum(
                len([n for n in inner if n.role == "listitem"])
                for inner in node
                if inner.role == "list" and inner is not node
            )
            name = f": {node.name}" if node.name else ""
            self.put(f"list{name}, {mine} item{'s' if mine != 1 else ''}")
            self.nested(node)
        elif node.role in ("listitem", "term", "definition"):
            self.item(node)
        elif node.role == "row":
            cells = [child.words for child in node.children if child.words]
            self.put("row: " + " | ".join(cells))
        elif node.role in (*GROUPS, "dialog", "alertdialog", "table", "blockquote"):
            self.container(node)
        elif node.role == "LabelText":
            self.label(node)
        elif node.role == "separator":
            self.put("separator")
        else:
            self.block(node)

    def block(self, node: Node) -> None:
        is_inline = node.is_inline and node.role not in BLOCKS
        if not is_inline:
            self.flush()
        self.children(node)
        if not is_inline:
            self.flush()

    def control(self, node: Node) -> None:
        if node.is_inline:
            self.run.append((True, node.line))
        else:
            self.put(node.line)

    def heading(self, node: Node) -> None:
        inside = [n for n in node if n.is_control]
        self.put(f"heading {node.states.get('level', '')}: " + (
            f"[{inside[0].line}]" if inside and _same(inside[0].name, node.name) else node.name
        ))  # fmt: skip

    def landmark(self, node: Node) -> None:
        words = LANDMARKS[node.role]
        self.put(f"{words}: {node.name}" if node.name else words)
        self.nested(node)
        self.put(f"end of {words}")

    def live(self, node: Node) -> None:
        kind = "alert" if node.role == "alert" else "status"
        inner = _Writer()
        inner.children(node)
        inner.flush()
        if not inner.lines:
            self.put(f"{kind}, empty")
        elif len(inner.lines) == 1:
            self.put(f"{kind}: {inner.lines[0]}")
        else:
            self.put(kind)
            self.nested(node)

    def item(self, node: Node) -> None:
        self.flush()
        first = len(self.lines)
        self.depth += 1
        self.children(node)
        self.flush()
        self.depth -= 1
        if first == len(self.lines):
            return
        mark = {"term": "? ", "definition": ": "}.get(node.role, "- ")
        indent = "  " * self.depth
        line = self.lines[first][len(indent) + 2 :]
        self.lines[first] = indent + (line if re.match(r"\d+\. ", line) else mark + line)

    def container(self, node: Node) -> None:
        legend = any(child.role == "Legend" for child in node.children)
        words = {"group": "group", "blockquote": "quote"}.get(node.role, node.role)
        named = "" if legend else node.name  # a legend is read by itself
        if node.role in GROUPS and not (node.name or node.description):
            return self.block(node)
        self.put(words + (f": {named}" if named else "") + (
            f" ({node.description})" if node.description else ""
        ))  # fmt: skip
        self.nested(node)
        if node.role in ("dialog", "alertdialog"):
            self.put(f"end of {words}")
        return None

    def label(self, node: Node) -> None:
        """Its text is spoken with its control, so only the controls in it count."""
        for child in node:
            if child.is_control:
                self.control(child)


def _lines(node: Node) -> list[str]:
    writer = _Writer()
    writer.children(node)
    writer.flush()
    return writer.lines


# From a window to a tree


class Listener:
    """Listens to one window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp: CDPSession = page.context.new_cdp_session(page)

    def hear(self, *, by_line: bool = True) -> Heard:
        """The page as it stands.

        `by_line` asks which text stands in one line, for a transcript; it takes as long again.
        """
        nodes = self.cdp.send("Accessibility.getFullAXTree")["nodes"]
        layout = self._layout() if by_line else {}
        by_id = {node["nodeId"]: _node(node, layout) for node in nodes}
        for node in nodes:
            below = (by_id[id] for id in node.get("childIds", ()) if id in by_id)
            by_id[node["nodeId"]].children = list(below)
        root = by_id[next(node["nodeId"] for node in nodes if "parentId" not in node)]
        focused = [node for node in root if node.states.get("focused") and node is not root]
        focus = focused[-1] if focused else None
        return Heard(self.page.title(), root, focus, _around(root, focus) if focus else ())

    def _layout(self) -> dict[int, bool]:
        """Whether a DOM node stands within a line, by its backend id."""
        snapshot = self.cdp.send(
            "DOMSnapshot.captureSnapshot", {"computedStyles": ["display", "position"]}
        )
        strings, document = snapshot["strings"], snapshot["documents"][0]
        nodes, layout = document["nodes"], document["layout"]
        found: dict[int, bool] = {}
        for index, styles in zip(layout["nodeIndex"], layout["styles"], strict=True):
            if not styles:
                continue
            display, position = (strings[style] for style in styles)
            tag = strings[nodes["nodeName"][index]]
            floats = position in ("absolute", "fixed") and tag in INLINE_TAGS
            found[nodes["backendNodeId"][index]] = display.startswith("inline") or floats
        return found

    def act(self, node: Node, function: str) -> Any:
        """Run a JavaScript function on the DOM node of a node."""
        resolved = self.cdp.send("DOM.resolveNode", {"backendNodeId": node.dom})
        options = {
            "objectId": resolved["object"]["objectId"],
            "functionDeclaration": function,
            "returnByValue": True,
        }
        return self.cdp.send("Runtime.callFunctionOn", options)["result"].get("value")


def _around(root: Node, focus: Node) -> tuple[Node, ...]:
    """The parts with a name that a node stands in; a group is not one for its own legend."""

    def path(node: Node) -> list[Node] | None:
        if node is focus:
            return []
        for child in node.children:
            rest = path(child)
            if rest is not None:
                return [node, *rest]
        return None

    way = path(root) or []
    is_legend = any(node.role == "Legend" for node in way)
    parts = (*NAMED_ONLY, "navigation", "dialog", "alertdialog", *(() if is_legend else GROUPS))
    return tuple(node for node in way if node.role in parts and node.name and not node.ignored)


def _node(raw: dict[str, Any], layout: dict[int, bool]) -> Node:
    dom = raw.get("backendDOMNodeId", 0)
    role = raw.get("role", {}).get("value", "")
    return Node(
        role=role if role != "InlineTextBox" else "",
        name=_name(raw, role),
        description=_clean(str(raw.get("description", {}).get("value", ""))),
        value=_clean(str(raw.get("value", {}).get("value", ""))),
        ignored=raw["ignored"] or role == "InlineTextBox",
        states={each["name"]: each["value"].get("value") for each in raw.get("properties", ())},
        dom=dom,
        is_inline=layout.get(dom, True),
    )


def _name(raw: dict[str, Any], role: str) -> str:
    name = str(raw.get("name", {}).get("value", ""))
    return name if role in ("StaticText", "ListMarker") else _clean(name)


# Pressing


@dataclass(frozen=True)
class Arrival:
    """What is spoken after something was pressed."""

    pressed: str
    before: Heard
    after: Heard
    has_loaded: bool
    """Whether a new document came, so that a reader starts with its title."""
    said: tuple[str, ...]
    """What live regions say now that they did not say before."""

    @property
    def entered(self) -> tuple[Node, ...]:
        """The named parts that the focus has come into: they are spoken before it."""
        was = {node.dom for node in self.before.around}
        return tuple(node for node in self.after.around if node.dom not in was)

    def lines(self) -> list[str]:
        """As in a transcript: what has the focus, then what is announced."""
        start = [f"page: {self.after.title}"] if self.has_loaded else []
        focus = self.after.focus
        if focus is not None:
            start.append("focus: " + " > ".join(n.line for n in (*self.entered, focus)))
        elif not self.has_loaded:
            start.append("focus: nothing")
        return [*start, *(f"announced: {words}" for words in self.said)]

    def faults(self) -> list[str]:
        """Silence, repeats, lost focus."""
        found = list(self._start_faults() if self.has_loaded else self._focus_faults())
        focus = self.after.focus
        spoken = [*self.said, *(node.name for node in (*self.entered, *([focus] if focus else [])))]
        for number, words in enumerate(spoken):
            found += [f"spoken twice: {words}" for other in spoken[:number] if _same(words, other)]
        came = [n.words for n in self.after.live.values() if n.dom not in self.before.live]
        found += [
            f"may be spoken twice, here and by a new status: {words}"
            for words in self.said
            for other in came
            if not self.has_loaded and other not in self.said and _same(words, other)
        ]
        return found

    def _start_faults(self) -> Iterator[str]:
        firsts = [node for node in self.after.find("heading") if node.states.get("level") == 1]
        if not self.after.title:
            yield "the page has no title"
        if len(firsts) != 1 or not firsts[0].name:
            yield f"the page has {len(firsts)} headings of level 1"
        if self.after.focus and not self.after.focus.name:
            yield f"has the focus, and no name: {self.after.focus.line}"

    def _focus_faults(self) -> Iterator[str]:
        focus = self.after.focus
        if focus is None:
            yield "the focus is lost"
        elif not focus.name and focus.role != "main":
            yield f"has the focus, and no name: {focus.line}"
        was = self.before.focus
        same_focus = focus and was and (focus.dom, focus.line) == (was.dom, was.line)
        if same_focus and not self.said:
            changed = self.before.transcript(whole=True) != self.after.transcript(whole=True)
            yield "something changed in silence" if changed else "nothing happened"


def announced(before: Heard, after: Heard) -> tuple[str, ...]:
    """What live regions say that stood before, and alerts that have come.

    A status that comes together with its words is not announced by every reader.
    """
    was = {dom: node.words for dom, node in before.live.items()}
    said = []
    for dom, node in after.live.items():
        has_come = dom not in was and node.role == "alert"
        if node.words and (has_come or (dom in was and node.words != was[dom])):
            said.append(node.words)
    return tuple(said)


_MARK = """() => {
    document.documentElement.dataset.pressed = "";
    document.getElementById("main")?.setAttribute("data-pressed", "");
}"""
_HAS_LOADED = f"""() => "pressed" in document.documentElement.dataset
    ? new Promise(done => setTimeout(() => done(false), {SAID}))
    : true"""
_IS_FRESH = """() => !("pressed" in document.documentElement.dataset)"""
_ARRIVED = """() => {
    const main = document.getElementById("main");
    const opened = document.querySelector("dialog[open]");
    return (main && !main.hasAttribute("data-pressed")) || opened !== null;
}"""


def press(
    listener: Listener, node: Node, *, heard: Heard | None = None, by_line: bool = False
) -> Arrival:
    """Focus a control, press Enter on it, and wait for what it leads to.

    `heard` is the page as it stands, where it is known.
    """
    page = listener.page
    listener.act(node, "function() { this.focus() }")
    before = heard or listener.hear(by_line=False)
    before = replace(before, focus=node, around=_around(before.root, node))
    leads_on, ends = listener.act(
        node,
        """function() {
            const address = this.getAttribute("href");
            if (address) return [!address.startsWith("#"), address.endsWith("/cleared")];
            return [this.matches("button:not([type=button])") && this.form !== null, false];
        }""",
    )
    page.evaluate(_MARK)
    page.keyboard.press("Enter")
    if leads_on:
        page.wait_for_function(_ARRIVED, timeout=SETTLED)
        if ends:  # a fresh document takes the place of the one that is wiped
            page.wait_for_function(_IS_FRESH, timeout=SETTLED)
        page.wait_for_load_state()
    return arrival(listener, before, node.line, by_line=by_line)


def arrival(listener: Listener, before: Heard, pressed: str, *, by_line: bool = False) -> Arrival:
    """What is spoken now that was not before."""
    has_loaded: bool = listener.page.evaluate(_HAS_LOADED)
    after = listener.hear(by_line=by_line)
    said = () if has_loaded else announced(before, after)
    return Arrival(pressed, before, after, has_loaded, said)
