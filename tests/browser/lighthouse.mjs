// Lighthouse's accessibility and best practices on pages, each loaded in Chromium as a visitor
// would come to it. Reads {chromium, flags, url, pages: [{name, path, body}]} from standard input;
// `body` makes it a POST. Writes {name: {category: {score, audits, failed}, heading, problems}}.
import { text } from "node:stream/consumers";
import { defaultConfig, navigation } from "lighthouse";
import puppeteer from "puppeteer-core";

const CATEGORIES = ["accessibility", "best-practices"];
const FLAGS = {
  enableErrorReporting: false,
  formFactor: "mobile",
  onlyCategories: CATEGORIES,
  throttlingMode: "provided",
};
const CONFIG = {
  ...defaultConfig,
  settings: {
    pauseAfterFcpMs: 0,
    pauseAfterLoadMs: 0,
    networkQuietThresholdMs: 100,
    cpuQuietThresholdMs: 0,
  },
};

/** In the page: sends a form as a visitor's browser does. */
function post(path, body) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: path });
  for (const [name, value] of new URLSearchParams(body)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}

const asked = JSON.parse(await text(process.stdin));
const browser = await puppeteer.launch({ executablePath: asked.chromium, args: asked.flags });
const answer = {};
try {
  for (const { name, path, body } of asked.pages) {
    const page = await browser.newPage();
    await page.goto(asked.url + "/privacy");
    const go = body === null ? asked.url + path : () => page.evaluate(post, path, body);
    const { lhr } = await navigation(page, go, { config: CONFIG, flags: FLAGS });
    const categories = CATEGORIES.map((id) => {
      const { auditRefs, score } = lhr.categories[id];
      const scored = auditRefs.map((ref) => lhr.audits[ref.id]).filter((it) => it.score !== null);
      const failed = scored
        .filter((audit) => audit.score < 1)
        .map(({ id, title, details }) => ({ id, title, items: details?.items ?? [] }));
      return [id, { score, audits: scored.length, failed }];
    });
    answer[name] = {
      ...Object.fromEntries(categories),
      heading: await page.$eval("h1", (it) => it.innerText),
      problems: [...lhr.runWarnings, ...(lhr.runtimeError ? [lhr.runtimeError.message] : [])],
    };
    await page.close();
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(answer));
