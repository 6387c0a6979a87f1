// What screener/engine/chart.py does, under the same names. Pure; no DOM. Tests hold both equal.

import { holds, wanted } from "./engine.js";

const MOST_FLAGS = 8;
const SAYS_NOTHING = ["not-sure", "prefer-not"];

const unique = (words) => [...new Set(words)];

function printedAnswers(rules, counted, printed) {
  const kept = Object.entries(counted).map(([question, picks]) => [
    question,
    picks.filter((choice) => printed.includes(question) || !rules.questions[question].sensitive?.includes(choice)),
  ]);
  return Object.fromEntries(kept.filter(([, picks]) => picks.length));
}

const signsOf = (rules, counted) =>
  new Set(Object.entries(counted).flatMap(([question, picks]) => picks.flatMap((id) => rules.questions[question].choices[id])));

const entry = (rules, question, choice) => rules.questions[question].chart?.[choice] || {};

const isAnswered = (picks) => Boolean(picks?.length) && !picks.some((id) => SAYS_NOTHING.includes(id));

const told = (rules, counted) =>
  Object.entries(counted).flatMap(([question, picks]) =>
    picks
      .filter((id) => id !== "prefer-not" && !entry(rules, question, id).by?.some((other) => isAnswered(counted[other])))
      .map((id) => [question, id]),
  );

export function sensitiveAnswers(rules, counted) {
  const found = {};
  for (const [question, choice] of told(rules, counted))
    if (rules.questions[question].sensitive?.includes(choice) && entry(rules, question, choice).in)
      (found[question] ||= []).push(choice);
  return found;
}

export function signsLeftOut(rules, counted, printed) {
  const kept = signsOf(rules, printedAnswers(rules, counted, printed));
  return new Set([...signsOf(rules, counted)].filter((sign) => !kept.has(sign)));
}

/** `own(question, choice)`: an answer as the person read it. */
export function chartOf(rules, outcome, voice, printed, own) {
  const { counted, signs, lead } = outcome;
  const kept = printedAnswers(rules, counted, printed);
  const off = signsLeftOut(rules, counted, printed);
  const words = (question, choice) =>
    (entry(rules, question, choice).in || []).map(([row, text]) => [row, text || `“${own(question, choice)}”`]);
  const rows = {};
  const bySign = {};
  const add = (row, text) => (rows[row] = unique([...(rows[row] || []), text]));
  for (const [question, choice] of told(rules, kept))
    for (const [row, text] of words(question, choice)) {
      add(row, text);
      for (const sign of rules.questions[question].choices[choice]) (bySign[sign] ||= []).push(text);
    }
  const flags = rules.plans
    .filter((plan) => rules.flagging.includes(plan.level) && holds(plan.when, signs))
    .flatMap((plan) => wanted(plan.when).filter((sign) => !rules.signs[sign].context))
    .flatMap((sign) => bySign[sign] || []);
  for (const text of unique(flags).slice(0, MOST_FLAGS)) add("flags", text);
  const isWhole = (question) => kept[question]?.length === counted[question]?.length;
  const answered = (question) => isAnswered(kept[question]) && isWhole(question);
  const isSettled = (question) => !kept[question].some((id) => entry(rules, question, id).by);
  for (const question of Object.keys(kept).filter(answered).filter(isSettled))
    for (const [choice, named] of Object.entries(rules.questions[question].choices)) {
      const { absent, only } = entry(rules, question, choice);
      if (absent && (!only || only === voice) && !named.some((sign) => signs.has(sign)))
        for (const [, text] of words(question, choice)) add("absent", text);
    }
  return {
    rows,
    told: holds(lead.when, new Set([...signs].filter((sign) => !off.has(sign)))) && !(lead.other_heading && off.has("no-prescriber")),
    unknown: rules.blanks.map((questions) => !questions.some(answered)),
  };
}
