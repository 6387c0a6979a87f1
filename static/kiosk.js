// A shared screen: it warns, then clears itself; nothing on it leads away.
// Idle times come from the settings, as data-idle and data-warning on <html>, in seconds.

const page = document.documentElement;
const base = page.dataset.base;
const MORE_TIME = 10;
const SAY_AT = [60, 30, 10]; // seconds left that are read aloud, beside those when it opens

const dialog = document.getElementById("idle");
const seconds = dialog.querySelector("[data-seconds]");
const say = dialog.querySelector("[data-say]");
const warning = Number(page.dataset.warning);
let lastTouch = Date.now();

const main = () => document.getElementById("main");
const wantsMore = () => main().querySelector("[name=more][type=hidden], [name=more]:checked");
const limit = () => Number(page.dataset.idle) * (wantsMore() ? MORE_TIME : 1);
const atStart = () => "start" in main().dataset;

/** Wipe what is on the screen and begin anew. */
function clear() {
  for (const form of document.forms) form.reset();
  document.body.replaceChildren();
  location.replace(`${base}/cleared`);
}

function stay() {
  lastTouch = Date.now();
  if (dialog.open) dialog.close();
}

function tick() {
  const left = Math.ceil(limit() - (Date.now() - lastTouch) / 1000);
  if (atStart()) {
    if (left <= 0) {
      stay();
      for (const form of document.forms) form.reset();
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

// A stamp that is sent grows with the time since it came, or a slow reader would be taken
// for a visitor who has left.
const came = new Map();
const renewed = (stamp) => String(Math.floor(Number(stamp) + (performance.now() - came.get(stamp)) / 1000));
const look = new Map(); // text size and contrast picked in this visit; pages that send nothing show them too

function arrive() {
  for (const { value } of document.querySelectorAll("[name=issued]"))
    if (!came.has(value)) came.set(value, performance.now());
  for (const input of main()?.querySelectorAll("[name=size], [name=contrast]") ?? [])
    if (!input.form && look.has(input.name)) input.checked = look.get(input.name) === input.value;
}
new MutationObserver(() => (main() && "over" in main().dataset ? clear() : arrive())).observe(document.body, { childList: true });
document.addEventListener("sending", ({ detail: fields }) => {
  if (came.has(fields.get("issued"))) fields.set("issued", renewed(fields.get("issued")));
  for (const [name, value] of look) value ? fields.set(name, value) : fields.delete(name);
});
document.addEventListener("submit", () => { // should the browser have to send the form itself
  for (const field of document.querySelectorAll("[name=issued]")) {
    field.value = renewed(field.value);
    came.set(field.value, performance.now());
  }
}, { capture: true });
document.addEventListener("change", ({ target }) => {
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
