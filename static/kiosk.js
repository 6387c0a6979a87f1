// A shared screen: it warns, then clears itself; nothing on it leads away.
// Idle times come from the settings, as data-idle and data-warning on <html>, in seconds.

const page = document.documentElement;
const base = page.dataset.base;
const MORE_TIME = 10;
const SAY_AT = [60, 30, 10]; // seconds left that are read aloud

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
    }
    return;
  }
  if (left <= 0) return clear();
  if (left > warning) return;
  if (!dialog.open) {
    say.textContent = "";
    dialog.showModal();
    dialog.querySelector("h2").focus();
  }
  seconds.textContent = left;
  const words = `This screen clears itself in ${left} seconds.`;
  // Said once: the same words again would be a change of the region, and read again.
  if (SAY_AT.includes(left) && say.textContent !== words) say.textContent = words;
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
let size = ""; // picked in this visit; pages that send nothing show it too

function arrive() {
  for (const { value } of document.querySelectorAll("[name=issued]"))
    if (!came.has(value)) came.set(value, performance.now());
  const radio = size && main()?.querySelector(`[name=size][value=${size}]`);
  if (radio && !radio.form) radio.checked = true;
}
new MutationObserver(() => (main() && "over" in main().dataset ? clear() : arrive())).observe(document.body, { childList: true });
document.addEventListener("sending", ({ detail: fields }) => {
  if (came.has(fields.get("issued"))) fields.set("issued", renewed(fields.get("issued")));
});
document.addEventListener("submit", () => { // should the browser have to send the form itself
  for (const field of document.querySelectorAll("[name=issued]")) {
    field.value = renewed(field.value);
    came.set(field.value, performance.now());
  }
}, { capture: true });
document.addEventListener("change", ({ target }) => {
  if (target.name === "size") size = target.value;
});
arrive();

// Up and Down for those who cannot drag: most of what is in view, so that no line is skipped.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scroll]");
  if (!button) return;
  event.preventDefault();
  const view = innerHeight - main().querySelector(".dock").offsetHeight;
  scrollBy({ top: Number(button.dataset.scroll) * view * 0.8 });
});

for (const kind of ["contextmenu", "selectstart", "dragstart", "dragover", "drop"])
  addEventListener(kind, (event) => event.preventDefault());

// What prints without the button is nothing of the visit.
addEventListener("click", (event) => {
  page.classList.toggle("printing", Boolean(event.target.closest("[data-print]")));
}, { capture: true });
addEventListener("afterprint", () => page.classList.remove("printing"));
