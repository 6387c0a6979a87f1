// Answers -> signs, plans, the next page: what screener/engine does, on the device. Pure; no DOM.
// `rules` is the "rules" part of the bundle (screener/web/bundle.py). Tests hold both engines equal.

export const TOPICS_IN_VIEW = 3;
const MOST_REASONS = 4;

/** Whether each clause of a condition holds: a sign, {any: [sign or list of signs]}, {none: [sign]}. */
export const holds = (condition, signs) =>
  condition.every((clause) => {
    if (typeof clause === "string") return signs.has(clause);
    if (clause.none) return !clause.none.some((sign) => signs.has(sign));
    return clause.any.some((option) => [option].flat().every((sign) => signs.has(sign)));
  });

/** The signs that help a condition to hold. */
export const wanted = (condition) =>
  condition.flatMap((clause) => (typeof clause === "string" ? clause : (clause.any || []).flat()));

/** What answers come to: questions asked, answers that count, signs.
    `answers` is {voice, picked: {question: [choice]}}. */
export function said(rules, { voice, picked }, blanksCount = false) {
  const signs = new Set([`about-${voice}`]);
  const asked = [];
  const counted = {};
  for (const [id, question] of Object.entries(rules.questions)) {
    if (!holds(question.ask_if, signs)) continue;
    asked.push(id);
    let picks = picked[id] || [];
    if (!picks.length && blanksCount && question.blank) picks = [question.blank];
    if (picks.length) counted[id] = picks;
    for (const choice of picks) for (const sign of question.choices[choice]) signs.add(sign);
  }
  return { asked, counted, signs };
}

/** The plans that hold, the one that leads first; of each family only its first. */
export function plansOf(rules, signs) {
  const found = new Map();
  for (const plan of rules.plans)
    if (plan.when.length && !found.has(plan.family) && holds(plan.when, signs)) found.set(plan.family, plan);
  return found.size ? [...found.values()] : [rules.plans.find((plan) => !plan.when.length)];
}

/** The topics of the plan that leads, then those of the signs: first what most of them name first,
    then what most of them name at all. */
function readingOf(rules, signs, lead, voice) {
  const first = {};
  const every = {};
  for (const [id, { topics }] of Object.entries(rules.signs)) {
    if (!signs.has(id) || !topics) continue;
    first[topics[0]] = (first[topics[0]] || 0) + 1;
    for (const topic of topics) every[topic] = (every[topic] || 0) + 1;
  }
  const ranked = rules.topics
    .filter((topic) => every[topic])
    .sort((a, b) => (first[b] || 0) - (first[a] || 0) || every[b] - every[a]); // stable
  return [...new Set([...lead.topics[voice], ...ranked])];
}

/** What finished answers lead to. */
export function outcomeOf(rules, answers) {
  const now = said(rules, answers, true);
  const [lead, ...others] = plansOf(rules, now.signs);
  const waits = (plan) => lead.level === "emergency" && plan.level !== "emergency";
  return {
    ...now,
    lead,
    also: others.filter((plan) => !waits(plan)),
    later: others.filter(waits),
    topics: readingOf(rules, now.signs, lead, answers.voice),
  };
}

/** The clauses that a plan rests on; aloud, for the phone, without those that the script says itself
    and, unless the plan's number is the emergency line, without sensitive ones. */
export function because(rules, signs, plan, voice, aloud = false, unsaid = new Set()) {
  const family = rules.plans.filter((other) => other.family === plan.family && holds(other.when, signs));
  const named = [...wanted(plan.when), ...plan.tell, ...family.flatMap((other) => wanted(other.when))];
  const given = [...new Set(named)].filter((id) => signs.has(id) && rules.signs[id] && !rules.signs[id].interest);
  const vaguer = new Set(given.flatMap((id) => rules.signs[id].vaguer || []));
  const script = plan.say[voice].toLowerCase();
  const clauses = new Set();
  for (const id of given) {
    const { said: clause, sensitive } = rules.signs[id];
    if (vaguer.has(id) || unsaid.has(id) || !clause) continue;
    const words = clause[voice];
    const unspoken = script.includes(words.toLowerCase()) || (sensitive && plan.contact[voice] !== rules.emergency);
    if (!aloud || !unspoken) clauses.add(words);
  }
  return [...clauses].slice(0, MOST_REASONS);
}

/** "one", "one and two", "one, two, and three". */
export const joined = (clauses) =>
  clauses.length < 3 ? clauses.join(" and ") : `${clauses.slice(0, -1).join(", ")}, and ${clauses.at(-1)}`;

/** The words to say: before the reasons, the reasons, after them. Without a reason to tell,
    "{because}. " is left out. `unsaid`: signs not told; null: no reason is told. */
export function script(rules, plan, signs, voice, unsaid) {
  const [before, after] = plan.say[voice].split("{because}");
  if (after === undefined) return [before, "", ""];
  const [end, rest] = after.startsWith(". ") ? [". ", after.slice(2)] : ["", after];
  const clauses = unsaid === null ? "" : joined(because(rules, signs, plan, voice, true, unsaid));
  if (!clauses) return [(before + rest).trim(), "", ""];
  return [before, clauses[0].toUpperCase() + clauses.slice(1) + end, rest];
}

/** Stopping plans to show. A page that was shown for one plan counts for all like it. */
function newStops(rules, signs, seen) {
  const page = (plan) => plan.page || plan.id;
  const shown = new Set(rules.plans.filter((plan) => seen.includes(plan.id)).map(page));
  const found = new Map();
  for (const plan of plansOf(rules, signs))
    if (plan.stops && !shown.has(page(plan)) && !found.has(page(plan))) found.set(page(plan), plan);
  return [...found.values()];
}

const ask = (question, answers) => ({ kind: "ask", question, answers });
const stop = (plans, at, toResults, answers) => ({ kind: "stop", plans, at, toResults, answers });
const finish = (answers) => ({ kind: "results", answers });

function without({ voice, picked }, question, choices) {
  const kept = choices ? (picked[question] || []).filter((choice) => !choices.includes(choice)) : [];
  const rest = { ...picked, [question]: kept };
  return { voice, picked: Object.fromEntries(Object.entries(rest).filter(([, picks]) => picks.length)) };
}

/** The page that follows. `go`: "next", "back", "clear", "undo", "on", "results", or a question's id. */
export function nextStep(rules, answers, seen, at, go) {
  const order = Object.keys(rules.questions);
  const index = (id) => order.indexOf(id);
  if (go === "undo") return undone(rules, answers, seen, at);
  if (go === "clear" && at) {
    const cleared = without(answers, at);
    const stops = newStops(rules, said(rules, cleared).signs, seen);
    return stops.length ? stop(stops, at, false, cleared) : ask(at, cleared);
  }
  const leadsOnward = go !== "back" && (index(go) < 0 || index(go) > index(at));
  const blank = at && leadsOnward && !(answers.picked[at] || []).length && rules.questions[at].blank;
  if (blank) answers = { ...answers, picked: { ...answers.picked, [at]: [blank] } };
  const toResults = go === "results";
  const now = said(rules, answers, toResults);
  let stops = newStops(rules, now.signs, seen);
  if (stops.length) return stop(stops, at, toResults, answers);
  if (toResults) return finish(answers);
  const { asked } = said(rules, answers);
  const after = (id) => asked.find((other) => index(other) > (id ? index(id) : -1));
  const before = (id) => asked.findLast((other) => index(other) < (id ? index(id) : order.length));
  let question;
  if (index(go) >= 0) question = asked.includes(go) ? go : after(go);
  else if (go === "back") question = before(at) || asked[0];
  else question = after(at);
  if (question) return ask(question, answers);
  stops = newStops(rules, said(rules, answers, true).signs, seen);
  return stops.length ? stop(stops, at, true, answers) : finish(answers);
}

/** Back from the stop shown last to the last question that led there, without the choices that did. */
function undone(rules, answers, seen, at) {
  const now = said(rules, answers, true);
  const plan = rules.plans.find(({ id }) => id === seen.at(-1));
  const signs = plan ? wanted(plan.when) : [];
  const leads = (question) => (choice) => rules.questions[question].choices[choice].some((sign) => signs.includes(sign));
  const question = now.asked.findLast((id) => now.counted[id]?.some(leads(id)));
  if (!question) return ask(at || now.asked[0], answers);
  return ask(question, without(answers, question, now.counted[question].filter(leads(question))));
}

/** Those of some plans that stop and still hold. The others come up again when they do. */
export function stillHolding(rules, seen, answers) {
  const { signs } = said(rules, answers, true);
  return seen.filter((id) => {
    const plan = rules.plans.find((other) => other.id === id);
    return plan?.stops && holds(plan.when, signs);
  });
}
