// Siteimprove Alfa on pages that are open elsewhere. First line out: the source of the function
// that serialises a document, for the browser. Then for each line in, {document, width, height,
// dark} with the document as a string, one line out: [[rule, markup, message], ...] of what fails.
import { Audit, Outcome } from "@siteimprove/alfa-act";
import { Device, Display, Preference, Scripting, Viewport } from "@siteimprove/alfa-device";
import { Node } from "@siteimprove/alfa-dom";
import { Native } from "@siteimprove/alfa-dom/native";
import { Request, Response } from "@siteimprove/alfa-http";
import { Rules } from "@siteimprove/alfa-rules";
import { Page } from "@siteimprove/alfa-web";
import { createInterface } from "node:readline";

const say = (it) => process.stdout.write(`${JSON.stringify(it)}\n`);
const rules = [...Rules.values()];

function device({ width, height, dark }) {
  const preferences = [
    Preference.of("prefers-color-scheme", dark ? "dark" : "light"),
    Preference.of("prefers-reduced-motion", "reduce"),
  ];
  const viewport = Viewport.of(width, height);
  const screen = Device.Type.Screen;
  return Device.of(screen, viewport, Display.of(1), Scripting.of(true), preferences);
}

/** Why an outcome failed: the messages of the expectations that were not met. */
function why(outcome) {
  return outcome
    .toJSON()
    .expectations.map(([, result]) => result.error?.message)
    .filter(Boolean)
    .join(" ");
}

say(Native.fromNode.toString());
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const on = device(asked);
  const document = Node.from(JSON.parse(asked.document), on);
  const page = Page.of(Request.empty(), Response.empty(), document, on);
  const outcomes = [...(await Audit.of(page, rules).evaluate())];
  const failed = outcomes.filter(Outcome.isFailed);
  say(failed.map((it) => [it.rule.uri.split("/").pop(), String(it.target), why(it)]));
}
