// Makes the pages quicker and leaves less behind. Without it, everything still works.
//
// The whole visit is one document: each step is fetched and <main> is swapped. Answers
// stay in the page and in `visit`, in memory only; history entries hold where one is,
// never what was picked. So Back and Forward move between questions with answers kept, Reload
// starts afresh, and after Finish or Leave nothing is left to come back to.

const QUICK_EXIT_PRESSES = 3;
const QUICK_EXIT_MS = 5000;
const SENT_BYTES = 4096; // every step sends this much, or a multiple, so that its size tells nothing

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
  document.title = fetched.title;
  page.lang = fetched.documentElement.lang;
  page.dir = fetched.documentElement.dir;
  arrive();
}

/** What every page needs once it stands: focus for those who listen, the print button. */
function arrive() {
  remember();
  lastPlace = main().dataset.at || lastPlace;
  for (const button of main().querySelectorAll("[data-print]")) button.hidden = false;
  for (const link of main().querySelectorAll("[data-back]"))
    if (visit && lastPlace) link.textContent = link.dataset.back;
}

function focusStart() {
  scrollTo({ top: 0, behavior: "instant" }); // a crisis number must not scroll into view slowly
  (main().querySelector("#oops") || main().querySelector("h1")).focus({ preventScroll: true });
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
  focusStart();
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
    once(() => sendTo(lastPlace).then(focusStart), () => location.assign(address));
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
      focusStart();
    },
    () => location.reload(),
  );
});

// A page put aside for Back must be blank, and one taken out again must start afresh.
addEventListener("pagehide", () => visit && wipe());
addEventListener("pageshow", (event) => {
  if (event.persisted && !main()) location.replace(`${BASE}/`);
});

let presses = [];
let alone = false;
addEventListener("keydown", (event) => {
  alone = event.key === "Shift";
  if (!alone) presses = [];
});
addEventListener("keyup", (event) => {
  if (event.key !== "Shift" || !alone) return;
  const now = Date.now();
  presses = [...presses.filter((then) => now - then < QUICK_EXIT_MS), now];
  if (presses.length >= QUICK_EXIT_PRESSES) leaveTo(`${BASE}/leave`);
});

history.replaceState(place(), "", SHARED ? `${BASE}/` : undefined);
arrive();
