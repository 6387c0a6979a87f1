// Makes the pages quicker and leaves less behind. Without it, everything still works.
//
// The whole visit is one document: each step is fetched and <main> is swapped. Answers
// stay in the page and in `visit`, in memory only; history entries hold where one is,
// never what was picked. So Back and Forward move between questions with answers kept, Reload
// starts afresh, and after Finish or Leave nothing is left to come back to.

const SENT_BYTES = 4096; // every step sends this much, or a multiple, so that its size tells nothing
const SAY_MS = 100;

let visit = null; // the fields picked and carried so far
let lastPlace = null; // the question, or the results, that was shown last
let busy = false;

const page = document.documentElement;
const BORN = performance.timeOrigin; // tells this document's history entries from older ones
const BASE = page.dataset.base || ""; // where the pages of this country, or of a shared screen, begin
const SHARED = page.classList.contains("kiosk"); // a shared screen, where no entry is ever added
const main = () => document.getElementById("main");
const journeyForm = () => main().querySelector("#step, #change") || main().querySelector("form[method=post]");

/** Keep what the page holds now, so that it outlives the swap. */
function remember() {
  const form = journeyForm();
  if (form) visit = new URLSearchParams(new FormData(form));
}

/** Forget everything at once; what remains of the page is blank. */
function wipe() {
  visit = lastPlace = null;
  for (const form of document.forms) form.reset();
  document.body.replaceChildren();
}

function padded(fields) {
  const body = new URLSearchParams(fields);
  document.dispatchEvent(new CustomEvent("sending", { detail: body }));
  body.delete("pad");
  body.set("pad", "");
  const length = body.toString().length;
  body.set("pad", "x".repeat(Math.ceil(length / SENT_BYTES) * SENT_BYTES - length));
  return body;
}

/** Fetch a page and put its <main> in place of ours. Throws when that cannot be done. */
async function swap(address, fields) {
  const options = fields ? { method: "POST", body: padded(fields) } : {};
  const response = await fetch(address, { ...options, redirect: "error" });
  const fetched = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = fetched.getElementById("main");
  if (!next) throw new Error("not one of our pages");
  main().replaceWith(document.adoptNode(next));
  const foot = fetched.querySelector(".foot"); // says whether what is shown has been reviewed
  if (foot) document.querySelector(".foot").replaceWith(document.adoptNode(foot));
  document.title = fetched.title;
  page.lang = fetched.documentElement.lang;
  page.dir = fetched.documentElement.dir;
  prepare();
}

/** What every page needs once it stands. */
function prepare() {
  remember();
  lastPlace = main().dataset.at || lastPlace;
  for (const button of main().querySelectorAll("[data-print]")) button.hidden = false;
  for (const link of main().querySelectorAll("[data-back]"))
    if (visit && lastPlace) link.textContent = link.dataset.back;
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

/** What each history entry of this visit shows. A browser keeps entries on its disk, and a question
    may be asked because of an answer: so an entry holds a number only. */
const places = [];
const place = () => ({ n: places.push(main().dataset.at || null) - 1, born: BORN });

/** One step: swap, and make a history entry, but for the same question once more. What follows
    a page that stops takes its entry. */
async function go(address, fields) {
  const before = { ...main().dataset };
  await swap(address, fields);
  const now = main().dataset;
  const url = now.at ? `${BASE}/check` : address;
  const stays = "stop" in before || (now.at === before.at && !("stop" in now));
  const replace = SHARED || (stays && now.at);
  history[replace ? "replaceState" : "pushState"](place(), "", SHARED ? `${BASE}/` : url);
  arrive();
}

/** Send what is remembered, asking for one question or for the results. */
function sendTo(at) {
  const fields = new URLSearchParams(visit || "");
  fields.set("go", at === "results" ? "next" : at);
  return swap(BASE + (at === "results" ? "/results" : "/check"), fields);
}

async function once(work, otherwise) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch {
    if (main()) otherwise(); // else somebody has left meanwhile
  } finally {
    busy = false;
  }
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
  const form = event.target;
  const button = event.submitter;
  const address = button?.getAttribute("formaction") || form.getAttribute("action");
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  once(
    () => go(address, fields),
    () => {
      // As the browser would have sent it.
      const pressed = document.createElement("input");
      Object.assign(pressed, { type: "hidden", name: button?.name || "go", value: button?.value || "next" });
      form.append(pressed);
      form.action = address;
      form.submit();
    },
  );
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (event.target.closest("[data-print]")) print();
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.target) return;
  if (link.rel === "alternate") return; // another country: its crisis lines come with a page of its own
  const address = link.getAttribute("href");
  if ("back" in link.dataset && visit && lastPlace) {
    event.preventDefault();
    once(() => sendTo(lastPlace).then(arrive), () => location.assign(address));
  } else if (address === `${BASE}/leave` || address === `${BASE}/cleared`) {
    event.preventDefault();
    leaveTo(address);
  } else if (visit && address.startsWith(`${BASE}/`) && address !== `${BASE}/`) {
    event.preventDefault();
    remember();
    once(() => go(address), () => location.assign(address));
  }
});

function leaveTo(address) {
  wipe();
  location.replace(address);
}

addEventListener("popstate", (event) => {
  if (!event.state) return; // a link within the page
  if (!main() || event.state.born !== BORN) return location.replace(`${BASE}/`); // of a visit that is over
  remember();
  once(
    async () => {
      const at = places[event.state.n];
      await (at ? sendTo(at) : swap(location.pathname));
      arrive();
    },
    () => location.reload(),
  );
});

// A page put aside for Back must be blank, and one taken out again must start afresh.
addEventListener("pagehide", () => visit && wipe());
addEventListener("pageshow", (event) => {
  if (event.persisted && !main()) location.replace(`${BASE}/`);
});

// The way out by key: Escape, three times (docs/decisions/0025-leaving-by-escape.md).
const ESCAPES = 3;
const ESCAPE_MS = 5000; // from one press to the next
const IS_LEAVING = location.pathname === `${BASE}/leave`; // the page that leads to another site
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
    return leaveTo(`${BASE}/${SHARED ? "cleared" : "leave"}`);
  }
  const { once: onceMore, twice: twiceMore } = document.getElementById("say").dataset;
  say(escapes === ESCAPES - 1 ? onceMore : twiceMore, true);
  forgetting = setTimeout(forgetEscapes, ESCAPE_MS);
});
addEventListener("pointerdown", forgetEscapes);

history.replaceState(place(), "", SHARED ? `${BASE}/` : undefined);
prepare();
