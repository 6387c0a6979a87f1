// Firefox for the leak matrix: one JSON line in, one JSON line out.
// node firefox.mjs <folder of puppeteer-core> <browser> <on|off: scripts of the pages>
//   <folder of a profile to keep, or "">

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [puppeteerCore, executablePath, script, userDataDir] = process.argv.slice(2);
const entry = pathToFileURL(`${puppeteerCore}/lib/esm/puppeteer/puppeteer-core.js`);
const { default: puppeteer } = await import(entry);

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  userDataDir: userDataDir || undefined,
  acceptInsecureCerts: true,
  args: ["--remote-allow-system-access"], // to reopen a closed tab
  extraPrefsFirefox: {
    "javascript.enabled": script === "on",
    "dom.confirm_repost.testing.always_accept": true, // says yes to "send again?"
    "browser.sessionstore.max_tabs_undo": 10,
    "browser.sessionstore.interval": 500, // ms between two writes of the session file
    "network.dns.forceResolve": "127.0.0.1", // nothing reaches the world outside
  },
});

async function send(method, params) {
  const answer = await browser.connection.send(method, params);
  return answer.result ?? answer;
}

async function tabs() {
  const { contexts } = await send("browsingContext.getTree", { maxDepth: 0 });
  return contexts.map((context) => context.context);
}

let [tab] = await tabs();

async function run(expression) {
  const { result, exceptionDetails } = await send("script.evaluate", {
    expression: `JSON.stringify(${expression} ?? null)`,
    target: { context: tab },
    awaitPromise: false,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.text);
  return JSON.parse(result.value);
}

async function traverse(delta) {
  try {
    await send("browsingContext.traverseHistory", { context: tab, delta });
  } catch (error) {
    if (!error.message.includes("no such history entry")) throw error;
  }
}

async function newTab() {
  tab = (await send("browsingContext.create", { type: "tab" })).context;
}

const close = (context) => send("browsingContext.close", { context });

/** A real click. Pages that are still being laid out move away from under it: try again. */
async function clickOn(find, tries) {
  const { x, y } = await run(`(() => {
    const element = ${find};
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const box = element.getClientRects()[0];
    return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  })()`);
  const actions = [
    { type: "pointerMove", x, y },
    { type: "pointerDown", button: 0 },
    { type: "pointerUp", button: 0 },
  ];
  try {
    const mouse = { type: "pointer", id: "mouse", actions };
    await send("input.performActions", { context: tab, actions: [mouse] });
  } catch (error) {
    if (tries === 1 || !error.message.includes("out of bounds")) throw error;
    await clickOn(find, tries - 1);
  }
}

const commands = {
  ready() {},
  async evaluate(expression) {
    try {
      return await run(expression);
    } catch {
      return null; // it is between two pages
    }
  },
  open: (url) => send("browsingContext.navigate", { context: tab, url, wait: "none" }),
  click: (find) => clickOn(find, 3),
  back: () => traverse(-1),
  forward: () => traverse(1),
  reload: () => send("browsingContext.reload", { context: tab, wait: "none" }),
  async freshTab() {
    const old = await tabs();
    await newTab();
    for (const context of old) await close(context);
  },
  async reopenClosedTab() {
    const visited = tab;
    await newTab();
    const keep = tab;
    await close(visited);
    const { contexts } = await send("browsingContext.getTree", { "moz:scope": "chrome", maxDepth: 0 });
    const answer = await send("script.evaluate", {
      expression: "SessionStore.undoCloseTab(window, 0) && true",
      target: { context: contexts[0].context },
      awaitPromise: false,
    });
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.text);
    tab = (await tabs()).find((context) => context !== keep);
    if (!tab) throw new Error("no tab came back");
  },
  quit: () => browser.close(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, value } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await commands[command](value)) ?? null };
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
  if (command === "quit") process.exit();
}
