// A visit, on the device. Without this script everything still works, by POST.
//
// The first question is a page of the server. Then the bundle is loaded, once: every page as HTML, and
// the rules (web/bundle.py). From there on no answer leaves this document and nothing is requested
// but reading pages that somebody opens. Answers are in `visit`, in memory only; history entries hold
// a number. Back and Forward move between pages with answers kept, Reload starts afresh, and after
// Finish or Leave nothing is left to come back to. Nothing is navigated because a request failed.

const page = document.documentElement;
const BORN = performance.timeOrigin; // tells this document's history entries from older ones
const BASE = page.dataset.base || ""; // where the pages of this country, or of a shared screen, begin
const END = page.dataset.end || ""; // "/" where each page is a folder (screener export)
const SHARED = page.classList.contains("kiosk"); // a shared screen, where no entry is ever added
const NOT_QUESTIONS = ["voice", "at", "seen", "issued", "more", "size", "contrast"];
const PAPERS = ["print", "with", "without"];
const STANDS_ALONE = ["none", "prefer-not"];
const WAIT_MS = 300; // until a wait is worth a word
const SAY_MS = 100;

let visit = null; // {voice, picked: {question: [choice]}, seen: [plan], at: question or null, paper: FormData}
let device = null; // a promise of the two modules and the bundle
let busy = false;
let retry = null; // what "Try again" does
let pressed = null; // the button of the form that was submitted last
let isPlain = false; // whether the browser sends the form
/** What each history entry of this document shows: a question's id, "results", or a path. */
const entries = [];

const policy = globalThis.trustedTypes?.createPolicy("screener", { createHTML: (html) => html });
const trusted = (html) => (policy ? policy.createHTML(html) : html);
const main = () => document.getElementById("main");
const addressOf = (name) => `${BASE}/${name}${END}`;
const entry = (place) => ({ n: entries.push(place) - 1, born: BORN });

async function load() {
  // All at once: what a module imports would be asked for after the bundle.
  const [, , engine, { makePages }, response] = await Promise.all([
    import("./chart.js"),
    import("./papers.js"),
    import("./engine.js"),
    import("./pages.js"),
    fetch(page.dataset.bundle),
  ]);
  if (!response.ok) throw new Error(`the bundle: ${response.status}`);
  const bundle = await response.json();
  return { ...engine, rules: bundle.rules, pages: makePages(bundle, trusted) };
}

/** The device's engine, and a word to who has to wait for it. */
async function loaded() {
  device ||= load().catch((error) => {
    device = null;
    throw error;
  });
  const wait = setTimeout(() => tell("waiting"), WAIT_MS);
  try {
    return await device;
  } finally {
    clearTimeout(wait);
  }
}

/** Begin a visit with the page of it that the server made, if this is one. */
function begin() {
  const form = main()?.dataset.at && main().querySelector("#step, #change");
  if (!form) return;
  const fields = new FormData(form);
  visit = { voice: fields.get("voice"), picked: {}, seen: fields.getAll("seen"), at: fields.get("at") };
  for (const [name, value] of fields)
    if (!NOT_QUESTIONS.includes(name)) visit.picked[name] = [...(visit.picked[name] || []), value];
  const prepare = () => (device ||= load().catch(() => (device = null)));
  if (document.readyState === "complete") prepare();
  else addEventListener("load", prepare, { once: true });
}

/** Take what is picked on the question that stands. */
function readAnswer() {
  const box = visit && main().querySelector(".q");
  if (!box) return;
  const picks = [...box.querySelectorAll(":checked")].map(({ value }) => value);
  const counted = picks.filter((id) => !STANDS_ALONE.includes(id));
  visit.picked[visit.at] = counted.length ? counted : picks.slice(0, 1);
}

/** The page after the one that stands. */
async function step(go) {
  readAnswer();
  const { nextStep, stillHolding, rules, pages } = await loaded();
  let seen = stillHolding(rules, visit.seen, visit);
  const toPaper = PAPERS.includes(go);
  const next = nextStep(rules, visit, seen, visit.at, toPaper ? "results" : go);
  visit.picked = next.answers.picked;
  if (["undo", "clear"].includes(go)) seen = stillHolding(rules, seen, visit); // it stops anew when picked again
  visit.seen = next.kind === "stop" ? [...seen, ...next.plans.map(({ id }) => id).reverse()] : seen;
  visit.at = (next.kind === "ask" ? next.question : next.at) ?? null;
  if (next.kind === "ask") return pages.ask(next.question, visit, { undo: "undone", clear: "cleared" }[go]);
  if (next.kind === "stop") return pages.stop(next);
  return toPaper ? pages.paper(go, visit) : pages.results(visit);
}

/** Put a page in place of the one that stands. */
function show({ main: next, foot }) {
  main().replaceWith(next);
  if (foot) document.getElementById("not-a-test")?.replaceWith(foot);
  complete();
}

/** What only a script can do on a page. */
function complete() {
  for (const button of main().querySelectorAll("[data-print]")) button.hidden = false;
  document.querySelector("head [media]").media = PAPERS.includes(main().dataset.at) || main().querySelector("table") ? "all" : "print";
  for (const link of main().querySelectorAll("[data-back]")) if (visit) link.textContent = link.dataset.back;
}

/** Show a page and make a history entry for it, but for the same question once more. What follows a
    page that stops takes its entry. */
function goTo(shown, path) {
  const before = { ...main().dataset };
  show(shown);
  const now = main().dataset;
  const stays = now.at && ("stop" in before || (now.at === before.at && !("stop" in now)));
  const url = SHARED ? `${BASE}/` : now.at ? addressOf("check") : path;
  history[SHARED || stays ? "replaceState" : "pushState"](entry(now.at || path), "", url);
  arrive();
}

/** After every change: the view at its top, the focus on what is to be read first, and what
    became of an answer spoken. */
function arrive() {
  scrollTo({ top: 0, behavior: "instant" }); // a crisis number must not scroll into view slowly
  (main().querySelector("#oops") || main().querySelector("h1")).focus({ preventScroll: true });
  say(main().querySelector("#notice")?.textContent || "");
}

let saying = 0;

/** Have words spoken, wherever the focus is; with `shown`, on the screen as well. "" takes them away. */
function say(words, shown = false) {
  const region = document.getElementById("say");
  clearTimeout(saying);
  if (!region) return; // the page is wiped
  region.textContent = "";
  region.classList.toggle("vh", !words || !shown);
  // Later: the same words once more are a change only if they were gone for a moment.
  if (words) saying = setTimeout(() => (region.textContent = words), SAY_MS);
}

/** Show a message above the page that stands, from a template of the document. */
function tell(id) {
  const old = main().querySelector(".message");
  const takesFocus = old?.contains(document.activeElement);
  old?.remove();
  const message = document.getElementById(id).content.firstElementChild.cloneNode(true);
  main().querySelector(".wrap").prepend(message);
  message.scrollIntoView({ block: "nearest" });
  if (takesFocus) message.tabIndex = -1;
  if (message.matches("[tabindex]")) message.focus();
  else say(message.textContent);
}

/** A page of the server: the first question, or one to read. */
async function fetched(address) {
  const response = await fetch(address, { redirect: "error" });
  const found = new DOMParser().parseFromString(trusted(await response.text()), "text/html");
  const next = found.getElementById("main");
  if (!next) throw new Error("not one of our pages");
  page.lang = found.documentElement.lang;
  page.dir = found.documentElement.dir;
  const foot = next.querySelector("#not-a-test") ? null : found.getElementById("not-a-test");
  return { main: document.adoptNode(next), foot: foot && document.adoptNode(foot) };
}

/** Do one thing at a time. If it can't be done, say so on the page that stands. */
async function once(work, trouble = "unreachable") {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch {
    retry = () => once(work, trouble);
    if (main()) tell(trouble); // else somebody has left meanwhile
  } finally {
    busy = false;
  }
}

/** Forget everything at once; what remains of the page is blank. */
function wipe() {
  visit = device = retry = pressed = null;
  for (const form of document.forms) form.reset();
  document.body.replaceChildren();
}

/** The end of a visit. It needs no server; where there is one, a fresh document takes the place of
    this one. */
async function finish() {
  const { pages } = (await Promise.race([device, null])) || {};
  const over = pages?.cleared();
  visit = device = retry = pressed = null;
  for (const form of document.forms) form.reset();
  if (over) show({ main: over });
  else document.body.replaceChildren();
  history.replaceState(entry(null), "", `${BASE}/`);
  if (over) arrive();
  const address = addressOf("cleared");
  const arrived = over && (await fetch(address).then((it) => it.ok && it.text()).catch(() => ""));
  if (!over || arrived) location.replace(address);
}

document.addEventListener("finish", finish); // a shared screen's idle limit

/** Straight to another site. A shared screen has nowhere to go. */
function leave() {
  if (SHARED) return finish();
  wipe();
  fetch(page.dataset.wipe, { keepalive: true }).catch(() => {}); // its answer empties the page cache
  location.replace(page.dataset.exit);
}

document.addEventListener("change", ({ target }) => {
  if (!target.checked || !target.closest(".q")) return;
  // What stands alone goes with nothing else, as on the server.
  if (target.type === "checkbox")
    for (const other of main().querySelectorAll(".q :checked"))
      if (other !== target && ("alone" in target.dataset || "alone" in other.dataset)) other.checked = false;
  target.closest(".row").querySelector(".flag")?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("submit", (event) => {
  if (isPlain) return;
  event.preventDefault();
  pressed = event.submitter;
  const { name, value } = pressed;
  const address = pressed.getAttribute("formaction") || event.target.getAttribute("action");
  if (name === "voice") {
    const path = addressOf(value === "someone" ? "check/someone" : "check");
    once(async () => {
      goTo(await fetched(path), path);
      begin();
    });
  } else {
    if (value === "with" || value === "without") visit.paper = new FormData(event.target);
    const go = address === addressOf("results") && !PAPERS.includes(value) ? "results" : value;
    once(async () => goTo(await step(go)), "trouble");
  }
});

/** Let the browser send the form, and the server make the pages. */
function sendPlain() {
  visit = null;
  isPlain = true;
  pressed.form.requestSubmit(pressed);
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-print]")) print();
  if (target.closest("[data-plain]")) sendPlain();
  if (target.closest("[data-again]")) retry();
  const link = target.closest("a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  if (link.rel === "alternate") return; // another country: its crisis lines come with a page of its own
  const address = link.getAttribute("href");
  const end = { [addressOf("leave")]: leave, [addressOf("cleared")]: finish }[address];
  if (end) {
    event.preventDefault();
    end();
  } else if ("back" in link.dataset && visit) {
    event.preventDefault();
    once(async () => goTo(await placed(visit.at || "results")));
  } else if (visit && address.startsWith(`${BASE}/`) && address !== `${BASE}/`) {
    event.preventDefault();
    readAnswer();
    once(async () => goTo(await fetched(address), address));
  }
});

/** The page of a history entry, as the answers are now. */
const placed = (place) => (place.includes("/") ? fetched(place) : step(place));

addEventListener("popstate", (event) => {
  if (!event.state) return; // a link within the page
  const place = event.state.born === BORN && visit && entries[event.state.n];
  if (!place) return location.replace(`${BASE}/`); // of a visit that is over
  once(async () => {
    show(await placed(place));
    arrive();
  });
});

// A page put aside for Back must be blank, and one taken out again must start afresh.
addEventListener("pagehide", () => visit && wipe());
addEventListener("pageshow", (event) => {
  if (event.persisted && !main()) location.replace(`${BASE}/`);
});

// The way out by key: Escape, three times (docs/decisions/0025-leaving-by-escape.md).
const ESCAPES = 3;
const ESCAPE_MS = 5000; // from one press to the next
const IS_LEAVING = location.pathname === addressOf("leave"); // the page that leads to another site
const MODIFIERS = ["Shift", "Control", "Alt", "Meta"];

let escapes = 0;
let forgetting = 0;

function forgetEscapes() {
  clearTimeout(forgetting);
  if (escapes) say("");
  escapes = 0;
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return MODIFIERS.includes(event.key) || forgetEscapes();
  // A browser stops loading at Escape: who has left already, and presses once more, would stay.
  if (!main() || IS_LEAVING) return event.preventDefault();
  const isAlone = !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing);
  if (event.defaultPrevented || !isAlone || document.querySelector("dialog[open]")) return forgetEscapes();
  if (event.repeat) return; // held down
  clearTimeout(forgetting);
  escapes += 1;
  if (escapes === ESCAPES) {
    event.preventDefault();
    return leave();
  }
  const { once: onceMore, twice: twiceMore } = document.getElementById("say").dataset;
  say(escapes === ESCAPES - 1 ? onceMore : twiceMore, true);
  forgetting = setTimeout(forgetEscapes, ESCAPE_MS);
});
addEventListener("pointerdown", forgetEscapes);

history.replaceState(entry(main().dataset.at || location.pathname), "", SHARED ? `${BASE}/` : undefined);
complete();
begin();
