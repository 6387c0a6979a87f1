// Makes each page of a visit from the bundle's HTML, as the server's templates do from the same
// answers. Words that depend on answers go in as text, never as HTML.

import { because, holds, joined, outcomeOf, plansOf, said, script, TOPICS_IN_VIEW } from "./engine.js";
import { makePapers } from "./papers.js";

/** `bundle`: what web/bundle.py made. `trusted`: marks its HTML as ours for the browser. */
export function makePages(bundle, trusted) {
  const { rules } = bundle;
  if (!rules) throw new Error("no bundle");

  function element(html) {
    const template = document.createElement("template");
    template.innerHTML = trusted(html);
    return document.adoptNode(template.content.firstElementChild);
  }

  /** The HTML of a plan for some signs: somebody without a prescriber has other steps. */
  const htmlOf = (plan, signs, voice) => {
    const { plans } = bundle[voice];
    return (signs.has("no-prescriber") && plans[`${plan.id} no-prescriber`]) || plans[plan.id];
  };

  const headingOf = (html) => element(html.lead).querySelector("h1").textContent;

  /** Make the h1 of a plan an h2; the new heading. */
  function withH2(part) {
    const heading = part.querySelector("h1");
    const other = document.createElement("h2");
    other.id = heading.id;
    other.append(...heading.childNodes);
    heading.replaceWith(other);
    return other;
  }

  /** A plan beside the one that leads: the parts of its own page, folded. */
  function otherOf(plan, signs, voice) {
    const lead = element(htmlOf(plan, signs, voice).lead);
    const calm = lead.hasAttribute("data-calm") ? " data-calm" : "";
    const card = element(
      `<details class="card" id="plan-${plan.id}" data-also data-level="${plan.level}"${calm}><summary></summary><p></p></details>`,
    );
    const [summary, text] = card.children;
    const why = lead.querySelector(".why");
    summary.textContent = lead.querySelector("h1").textContent;
    text.append(...why.childNodes);
    for (const part of lead.querySelectorAll(".level, h1, .why, .first")) part.remove();
    lead.querySelector(".big")?.classList.remove("big");
    card.append(...lead.querySelector(".wrap").childNodes, ...bodyOf(plan, signs, voice).childNodes);
    return card;
  }

  /** What to say and to do. */
  function bodyOf(plan, signs, voice) {
    const body = element(htmlOf(plan, signs, voice).body);
    const [before, told, after] = script(rules, plan, signs, voice);
    const reasons = document.createElement("span");
    reasons.className = "noprint";
    reasons.textContent = told;
    body.querySelector(".say").replaceChildren(`“${before}`, ...(told ? [reasons] : []), `${after}”`);
    return body;
  }

  const waits = (kind, ids) => ids.some((id) => bundle.unreviewed[kind].includes(id));

  /** A page and whether it shows what nobody has reviewed. */
  const page = (main, unreviewed) => ({ main, foot: element(bundle.foot[Number(Boolean(unreviewed))]) });

  /** The page of a question. `notice`: a key of the bundle's notices, or nothing. */
  function ask(question, { voice, picked }, notice) {
    const main = element(bundle[voice].questions[question]);
    for (const input of main.querySelectorAll(".q input")) input.checked = (picked[question] || []).includes(input.value);
    if (notice) main.querySelector(".wrap").prepend(element(bundle.notices[notice]));
    const section = rules.sections.find(({ questions }) => questions.includes(question));
    const so_far = main.querySelector("#so-far");
    let plan;
    if (so_far) {
      [plan] = plansOf(rules, said(rules, { voice, picked }).signs);
      if (plan.when.length) so_far.querySelector("b").textContent = headingOf(bundle[voice].plans[plan.id]);
      else so_far.remove();
    }
    return page(main, waits("sections", [section.id]) || (plan?.when.length && waits("plans", [plan.id])));
  }

  /** The page of plans that stop. */
  function stop({ plans, at, toResults, answers }) {
    const { voice } = answers;
    const { signs } = said(rules, answers, toResults);
    const main = element(bundle[voice].stop);
    main.dataset.at = toResults ? "results" : at || "";
    const parts = plans.map((plan, number) => {
      const part = element(htmlOf(plan, signs, voice).stop);
      if (number) {
        part.setAttribute("aria-labelledby", withH2(part).id);
        part.querySelector(".big")?.classList.remove("big");
        part.querySelector(".first")?.remove();
      }
      if (number < bundle.full_stops) {
        const body = bodyOf(plan, signs, voice);
        body.className = "wrap body";
        part.append(body);
      }
      return part;
    });
    main.querySelector("section").replaceWith(...parts);
    main.querySelector("[value=undo]").lastChild.textContent = ` ${bundle[voice].plans[plans[0].id].back}`;
    return page(main, waits("plans", plans.map(({ id }) => id)));
  }

  function results(answers) {
    const { voice } = answers;
    const words = bundle[voice];
    const outcome = outcomeOf(rules, answers);
    const { lead, also, later, signs, topics } = outcome;
    const main = element(words.results);
    const get = (selector) => main.querySelector(selector);
    const fill = (container, parts) => {
      for (const old of container.querySelectorAll(":scope > .card")) old.remove();
      container.append(...parts);
    };
    const unlist = (id) => {
      get(`#${id}`).remove();
      get(`.jump [href="#${id}"]`)?.parentElement.remove();
    };
    const count = (details, number) => {
      const [summary] = details.children;
      summary.textContent = summary.textContent.replace(/\d+/, number);
    };

    const section = element(htmlOf(lead, signs, voice).lead);
    const found = get(".found");
    get("section").replaceWith(section);
    get(".body").replaceWith(bodyOf(lead, signs, voice));
    found.dataset.level = lead.level;
    found.toggleAttribute("data-calm", section.hasAttribute("data-calm"));

    const clauses = because(rules, signs, lead, voice);
    if (clauses.length) {
      const spoken = script(rules, lead, signs, voice).join("").toLowerCase();
      const folded = clauses.some((clause) => spoken.includes(clause.toLowerCase()));
      const why = element(bundle.why[Number(folded)]);
      why.querySelector("p").textContent = `${joined(clauses)}.`;
      get("#why").replaceWith(why);
    } else unlist("why");

    const other = (plan) => otherOf(plan, signs, voice);
    const [more, wait] = get("#also").querySelectorAll(".more");
    const inView = also.slice(0, bundle.also_in_view);
    if (!also.length && !later.length) get("#also").remove();
    else {
      get("#h-also").textContent = bundle.also[Number(!also.length)];
      for (const old of get("#also").querySelectorAll(":scope > .card")) old.remove();
      get("#h-also").after(...inView.map(other));
      for (const [details, plans] of [[more, also.slice(bundle.also_in_view)], [wait, later]])
        if (plans.length) {
          count(details, plans.length);
          fill(details, plans.map(other));
        } else details.remove();
    }

    const shown = topics.slice(0, TOPICS_IN_VIEW);
    const titles = topics.slice(TOPICS_IN_VIEW);
    if (shown.length) {
      const cards = shown.map((id) => {
        const variant = (rules.variants[id] || []).findIndex((when) => holds(when, signs));
        return element(words.topics[id][variant + 1]);
      });
      for (const old of get("#read").querySelectorAll(":scope > .card")) old.remove();
      get("#h-read").after(...cards);
      const list = get("#read > .more");
      if (titles.length) {
        count(list, titles.length);
        const pattern = list.querySelector("li");
        pattern.parentElement.replaceChildren(
          ...titles.map((id) => {
            const item = pattern.cloneNode(true);
            item.firstElementChild.setAttribute("href", rules.topic[voice].replace("topic-id", id));
            item.firstElementChild.textContent = element(words.topics[id][0]).querySelector("h3").textContent;
            return item;
          }),
        );
      } else list.remove();
      const cited = new Set([...lead.sources, ...shown.flatMap((id) => rules.cited[id])]);
      get("#sources ol").replaceChildren(...rules.sources.filter((id) => cited.has(id)).map((id) => element(bundle.sources[id])));
    } else unlist("read");

    tell(main, outcome, voice);
    const plans = [lead, ...also, ...later].map(({ id }) => id);
    return page(main, waits("topics", shown) || waits("plans", plans));
  }

  /** A question, answers to it, in the words of its page, and whether it takes one only. */
  function wordsOf(question, choices, voice) {
    const asked = element(bundle[voice].questions[question]);
    const inputs = [...asked.querySelectorAll(".q input")];
    const text = (choice) => inputs.find(({ value }) => value === choice).nextElementSibling.textContent;
    const isSingle = inputs[0].type === "radio";
    return [asked.querySelector("h1").lastChild.textContent.trim(), choices.map(text).join("; "), isSingle];
  }

  /** "Your answers", by section. */
  function tell(main, { counted }, voice) {
    const told = main.querySelector("#told");
    const pattern = [...told.children].slice(1, 4);
    told.replaceChildren(told.firstElementChild);
    for (const { questions, title } of rules.sections) {
      const lines = [];
      for (const question of questions) {
        const picks = (counted[question] || []).filter((choice) => choice !== "prefer-not");
        if (picks.length) lines.push([...wordsOf(question, picks, voice).slice(0, 2), question]);
      }
      if (!lines.length) continue;
      const [heading, list, change] = pattern.map((part) => part.cloneNode(true));
      heading.textContent = title[voice];
      fillLines(list, lines);
      change.querySelector("button").value = lines[0][2];
      change.querySelector(".vh").textContent = `: ${title[voice]}`;
      told.append(heading, list, change);
    }
    if (!told.children[1]) told.remove();
  }

  function fillLines(list, lines) {
    const pattern = list.firstElementChild;
    list.replaceChildren(
      ...lines.map(([ask, answers]) => {
        const line = pattern.cloneNode(true);
        line.querySelector("dt").textContent = ask;
        line.querySelector("dd").textContent = answers;
        return line;
      }),
    );
  }

  const tools = { element, withH2, htmlOf, headingOf, bodyOf, wordsOf, waits, page };
  return { ask, stop, results, ...makePapers(bundle, tools), cleared: () => element(bundle.cleared) };
}
