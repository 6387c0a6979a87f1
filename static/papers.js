// Makes the pages on the way to paper from the bundle's HTML: which paper, and the sheets.

import { chartOf, sensitiveAnswers, signsLeftOut } from "./chart.js";
import { outcomeOf, script } from "./engine.js";

export function makePapers(bundle, { element, withH2, htmlOf, headingOf, bodyOf, wordsOf, waits, page }) {
  const { rules } = bundle;

  function papers(answers) {
    const { voice } = answers;
    const { counted } = outcomeOf(rules, answers);
    const main = element(bundle.papers);
    const box = main.querySelector("#sensitive");
    const pattern = box.querySelector(".row");
    const rows = Object.entries(sensitiveAnswers(rules, counted)).map(([question, choices]) => {
      const row = pattern.cloneNode(true);
      const [input, label] = row.children;
      const [asked, words, isSingle] = wordsOf(question, choices, voice);
      input.id = label.htmlFor = `p-${question}`;
      input.value = question;
      label.textContent = isSingle ? `${asked} ${words}` : words;
      return row;
    });
    pattern.remove();
    if (rows.length) box.append(...rows);
    else box.remove();
    return page(main, bundle.any_unreviewed);
  }

  /** `paper`: "with" or "without"; `fields`: those of the form that asked. */
  function sheets(paper, answers, fields) {
    const printed = fields.getAll("print");
    const { voice } = answers;
    const outcome = outcomeOf(rules, answers);
    const { lead, signs, counted } = outcome;
    const main = element(bundle.sheets);
    const get = (selector) => main.querySelector(selector);
    main.dataset.at = paper;
    main.classList.toggle("large", fields.has("large"));
    get(".today").textContent = `Date: ${new Date().toLocaleDateString("en-US", { dateStyle: "long" })}`;
    for (const button of main.querySelectorAll(".wait")) button.value = paper;
    const isWith = paper === "with";
    const unsaid = isWith ? signsLeftOut(rules, counted, printed) : null;
    get(".sheet > p").textContent = bundle[voice].reported;
    get("[data-row=who] dd").firstChild.textContent = `${bundle[voice].who}. `;
    if (isWith) {
      const own = (question, choice) => wordsOf(question, [choice], voice)[1];
      const { rows, told, unknown } = chartOf(rules, outcome, voice, printed, own);
      if (told) rows.told = [headingOf(htmlOf(lead, signs, voice))];
      for (const row of main.querySelectorAll("[data-row]")) {
        const { row: id } = row.dataset;
        const cell = row.querySelector("dd");
        if (id === "unknown") {
          [...cell.children].forEach((line, number) => unknown[number] || line.remove());
          if (!cell.children.length) row.remove();
        } else if (rows[id]) cell.textContent = rows[id].join("; ");
        else if (id !== "who") row.remove();
      }
    } else get(".sheet").remove();
    const section = element(htmlOf(lead, signs, voice).lead);
    withH2(section);
    get(".own > section").replaceWith(section);
    const body = bodyOf(lead, signs, voice);
    body.querySelector(".say").textContent = `“${script(rules, lead, signs, voice, unsaid).join("")}”`;
    get(".own > .body").replaceWith(body);
    const topics = lead.topics[voice];
    const list = get(".reading ul");
    const pattern = list.firstElementChild;
    get(".reading").hidden = !topics.length;
    list.replaceChildren(
      ...topics.map((id) => {
        const item = pattern.cloneNode(true);
        item.firstChild.textContent = element(bundle[voice].topics[id][0]).querySelector("h3").textContent;
        const address = item.querySelector(".addr");
        if (address) address.textContent = address.textContent.replace("topic-id", id);
        return item;
      }),
    );
    return page(main, waits("plans", [lead.id]));
  }

  return { paper: (kind, answers) => (kind === "print" ? papers(answers) : sheets(kind, answers, answers.paper)) };
}
