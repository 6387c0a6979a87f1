// Stands in for the server in a self-check that is one file (`screener export --single-file`): what
// stands behind "#" in the address is a page, kept in a <template>, and reloading makes a document of
// it, as a server would. app.js comes after this and uses this `fetch` and this `location`.

const html = document.documentElement;
const address = () => (globalThis.location.hash.startsWith("#/") ? globalThis.location.hash : "#/");
const pageAt = (path) => document.getElementById(`page:${path.split("#")[1]}`);

function open(path) {
  history.replaceState(null, "", path);
  globalThis.location.reload();
}

const location = {
  get pathname() {
    return address();
  },
  replace: (to) => (to.startsWith("#") ? open(to) : globalThis.location.replace(to)),
};

/** Of this file only: a page, or the bundle. */
async function fetch(path) {
  if (path === html.dataset.bundle)
    return { ok: true, json: async () => JSON.parse(document.getElementById("bundle").textContent) };
  const page = pageAt(path);
  if (!page) throw new TypeError(`not in this file: ${path}`);
  return { ok: true, text: async () => `<html lang="${html.lang}" dir="${html.dir}">${page.innerHTML}` };
}

// An entry of an earlier document: on a server, Back would load that document anew.
addEventListener("popstate", (event) => {
  if (!event.state || event.state.born === performance.timeOrigin) return;
  event.stopImmediatePropagation(); // app.js would go to the start
  globalThis.location.reload();
});

// app.js gives each entry that it makes a state. One without is a link that the browser followed.
addEventListener("hashchange", () => {
  if (!history.state && globalThis.location.hash.startsWith("#/")) globalThis.location.reload();
});

{
  const page = pageAt(address());
  const anchor = address().split("#")[2];
  if (page && address() !== "#/")
    for (const part of page.content.children) document.getElementById(part.id).replaceWith(part.cloneNode(true));
  if (anchor) document.getElementById(anchor)?.scrollIntoView();
}
