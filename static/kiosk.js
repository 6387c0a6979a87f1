// A shared screen: it warns, then clears itself; nothing on it leads away.
// Idle times come from the settings, as data-idle and data-warning on <html>, in seconds.

const page = document.documentElement;
const base = page.dataset.base;
const MORE_TIME = 10;
const RESTART_MS = 8000; // from the end of a visit to the start page
const SAY_AT = [60, 30, 10]; // seconds left that are read aloud, beside those when it opens

const dialog = document.getElementById("idle");
const seconds = dialog.querySelector("[data-seconds]");
const say = dialog.querySelector("[data-say]");
const warning = Number(page.dataset.warning);
// Two clocks: one can be set, and the other may stand while the machine sleeps.
const clocks = () => [performance.now(), Date.now()];
let lastTouch = clocks();
const idleMs = () => Math.max(...clocks().map((time, number) => time - lastTouch[number]));

const main = () => document.getElementById("main");
let more = false; // whether "I need more time" was asked for in this visit
const wantsMore = () => more || main().querySelector("[name=more][type=hidden]"); // or in the page before this one
const limit = () => Number(page.dataset.idle) * (wantsMore() ? MORE_TIME : 1);
const atStart = () => "start" in main().dataset;

/** End the visit; static/app.js wipes what is on the screen. */
function clear() {
  more = false;
  look.clear();
  stay();
  document.dispatchEvent(new Event("finish"));
}

/** From the end of a visit to the start page, once the server is there. A visit that ended without
    it ends by the server's page first, whose address tells `screener kiosk` to replace the browser. */
async function restart() {
  const end = `${base}/cleared`;
  const next = location.pathname === end ? `${base}/` : end;
  const response = await fetch(next).catch(() => null);
  if (response?.ok) location.replace(next);
}

function stay() {
  lastTouch = clocks();
  if (dialog.open) dialog.close();
}

function tick() {
  if (!main()) return; // on the way to another page
  if ("over" in main().dataset) {
    if (idleMs() > RESTART_MS) {
      lastTouch = clocks();
      restart();
    }
    return;
  }
  const left = Math.ceil(limit() - idleMs() / 1000);
  if (atStart()) {
    if (left <= 0) {
      stay();
      for (const form of document.forms) form.reset();
      more = false;
      fold();
      if (location.hash) location.replace("#main"); // the staff sign
    }
    return;
  }
  if (left <= 0) return clear();
  if (left > warning) return;
  const opens = !dialog.open;
  if (opens) {
    say.textContent = "";
    dialog.showModal();
    dialog.querySelector("h2").focus();
  }
  if (seconds.textContent !== String(left)) seconds.textContent = left;
  const words = `This screen clears itself in ${left} seconds.`;
  // Said once: the same words again would be a change of the region, and read again.
  if ((opens || SAY_AT.includes(left)) && say.textContent !== words) say.textContent = words;
}

for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"])
  addEventListener(kind, () => dialog.open || stay(), { passive: true, capture: true });
dialog.addEventListener("cancel", stay);
dialog.querySelector("[data-stay]").addEventListener("click", stay);
setInterval(tick, 250);

const look = new Map(); // text size and contrast picked in this visit, for every page of it

function arrive() {
  for (const input of main()?.querySelectorAll("[name=size], [name=contrast]") ?? [])
    if (look.has(input.name)) input.checked = look.get(input.name) === input.value;
}
new MutationObserver(arrive).observe(document.body, { childList: true });
document.addEventListener("change", ({ target }) => {
  if (target.name === "more") more = target.checked;
  if (target.name === "size" || target.name === "contrast") look.set(target.name, target.checked && target.value);
});
arrive();

// Up and Down for those who cannot drag: most of what is in view, so that no line is skipped.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scroll]");
  if (!button) return;
  event.preventDefault();
  const view = main().querySelector(".dock").getBoundingClientRect().top;
  scrollBy({ top: Number(button.dataset.scroll) * view * 0.8 });
});

// Links within the page add no history entry. Back from the staff sign, the page and the focus
// stand where they were.
let left = null;
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']:not([data-scroll])");
  if (!link || event.defaultPrevented) return;
  event.preventDefault();
  const hash = link.getAttribute("href");
  if (hash === "#staff") {
    left = { link, top: scrollY };
    fold();
  }
  location.replace(hash);
  if (hash === "#main" && left) {
    scrollTo({ top: left.top, behavior: "instant" });
    if (left.link.checkVisibility()) left.link.focus({ preventScroll: true });
    left = null;
  } else document.querySelector(hash)?.focus({ preventScroll: true });
});

// What opens upward from the dock closes at a touch elsewhere.
const fold = (but) => {
  for (const open of document.querySelectorAll("details.up[open]")) if (open !== but) open.open = false;
};
document.addEventListener("pointerdown", ({ target }) => fold(target.closest("details.up")));
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.up[open]");
  if (!open) return;
  event.preventDefault(); // not a press that clears the screen
  fold();
  open.querySelector("summary").focus();
});

for (const kind of ["contextmenu", "selectstart", "dragstart", "dragover", "drop"])
  addEventListener(kind, (event) => event.preventDefault());

// What prints without the button is nothing of the visit.
addEventListener("click", (event) => {
  page.classList.toggle("printing", Boolean(event.target.closest("[data-print]")));
}, { capture: true });
addEventListener("afterprint", () => page.classList.remove("printing"));
