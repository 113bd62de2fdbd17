// SPDX-License-Identifier: MIT
// How things are said to people. Pure, like fold.mjs.
import { lossOf } from "./fold.mjs";

// Four digits: "0.3333", "2", "1200".
export function number(v) {
  if (v === null || v === undefined || !Number.isFinite(v)) return "?";
  return String(Number(v.toPrecision(4))).replace("-", "−");
}
export function share(p) {
  const percent = p * 100;
  if (percent > 0 && percent < 0.1) return "<0.1\u00a0%";
  return percent < 100 && percent > 99.9 ? ">99.9\u00a0%" : `${Number(percent.toPrecision(3))}\u00a0%`;
}
export function count(n, one, many) {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}
export function list(words) {
  return words.length <= 1 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
export function duration(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  return s < 172800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} days`;
}
// A moment by the clock; a simulation's clock starts at 0.
export function clock(ms) {
  if (ms < 1e12) return `${(ms / 1000).toFixed(2)} s`;
  return new Date(ms).toLocaleTimeString("en-GB");
}
export function name(about, node) { return about.players[node - 1]?.name ?? `node ${node}`; }
export function names(about, nodes) { return nodes.length ? list(nodes.map(k => name(about, k))) : "nobody"; }
export function action(about, player, k) { return about.players[player]?.actions[k] ?? "?"; }

function part(about, player, shares) {
  const sure = shares.findIndex(p => p === 1);
  if (sure >= 0) return action(about, player, sure);
  return shares.map((p, k) => [p, k]).filter(([p]) => p > 0)
    .map(([p, k]) => `${action(about, player, k)} ${share(p)}`).join(" + ");
}
// "Cooperate, Defect"; "all Polite"; "Heads 25 % + Tails 75 %; Heads".
export function profile(about, p) {
  if (!p) return "?";
  const parts = p.map((shares, i) => part(about, i, shares));
  const pure = p.every(shares => shares.includes(1));
  if (parts.length > 2 && pure && new Set(parts).size === 1) return `all ${parts[0]}`;
  return parts.join(pure ? ", " : "; ");
}
// What may be agreed on: a profile, or a distribution over pure ones, the likeliest first.
const LIKELIEST = 3;
export function agreeable(about, a) {
  if (!a?.distribution) return profile(about, a?.profile);
  const rows = likeliest(about, a.distribution), rest = rows.length - LIKELIEST;
  return rows.slice(0, LIKELIEST).map(r => `(${actions(about, r.actions)}) ${share(r.share)}`).join(" + ") +
    (rest > 0 ? ` + ${count(rest, "other", "others")}` : "");
}
// Every pure profile that is played at all, as {actions, share}; the first player's action
// varies fastest in a distribution.
export function likeliest(about, distribution) {
  const sizes = about.players.map(p => p.actions.length);
  return distribution.map((p, k) => ({ share: p, actions: sizes.map(n => { const x = k % n; k = (k - x) / n; return x; }) }))
    .filter(r => r.share > 0).sort((x, y) => y.share - x.share);
}
export function actions(about, list) {
  return profile(about, list.map((a, i) => about.players[i].actions.map((_, k) => (k === a ? 1 : 0))));
}
export function stages(from, to) {
  return from === to ? `stage ${from.toLocaleString("en")}`
    : `stages ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;
}
export function penalty(length) {
  return length === null || length === undefined ? "for ever"
    : `for ${count(length, "stage", "stages")}`;
}

const faults = {
  equivocation: "said two different things to different nodes",
  opening: "showed what does not open its commitment",
  illegal: "signed a message that the rules do not allow",
  proof: "showed a proof that does not hold",
  exclusive: "signed two words that exclude each other",
  accusation: "claimed a silence that its own words contradict",
};

export function deviation(about, d) {
  const who = name(about, d.node);
  if (d.fault !== "action") return `${who} ${faults[d.fault] ?? `broke the protocol (${d.fault})`}`;
  return `${who} played ${action(about, d.node - 1, d.played - 1)} instead of ${action(about, d.node - 1, d.prescribed - 1)}`;
}

// "It gained 1 at once and has lost 5.64 since": null where payoffs are not known.
export function reckoning(session, d, until) {
  const loss = lossOf(session, d, until);
  if (d.gain === undefined || d.gain === null) return null;
  const won = d.gain > 0 ? `gained ${number(d.gain)} at once`
    : d.gain < 0 ? `lost ${number(-d.gain)} at once` : "gained nothing at once";
  if (loss === null || until <= d.stage) return `it ${won}`;
  const since = loss >= 0 ? `has lost ${number(loss)} since` : `has gained ${number(-loss)} more since`;
  return `it ${won} and ${since}`;
}

// Whether breaking it paid, in the words of the theory.
export function deterrence(session, d) {
  const own = session.about.players[d.node - 1].delta, from = d.deterredFrom;
  if (from === undefined) return "";
  if (from === 0) return "There was nothing to deter.";
  if (from === null) return "No discount factor below 1 makes punishment for ever deter that.";
  const patient = own === undefined ? "" : own >= from ? `; its own is ${number(own)}` : `; its own is only ${number(own)}`;
  return `Punishment for ever deters that from a discount factor of ${number(from)} on${patient}.`;
}

export function outcome(o, about) {
  return { played: `all ${count(about.stages, "stage", "stages")} were played`,
           "no-threat": "no punishment was found that holds by itself",
           omission: "somebody fell silent",
           fault: "somebody is proven to have broken the protocol",
           open: "not over" }[o] ?? o;
}

// How it ended; where somebody fell silent, who, as others have signed.
export function ending(session) {
  const { outcome: o } = session.ended, silent = [...new Set(session.refusals.flatMap(e => e.silent))];
  if (o !== "omission" || silent.length === 0) return outcome(o, session.about);
  const by = new Set(session.refusals.map(e => e.node)).size;
  return `${names(session.about, silent)} fell silent, as ${count(by, "other has", "others have")} signed`;
}

function merit(selection) {
  return selection === "egalitarian" ? "with the largest least share of a player's best gain"
    : "with the largest product of gains";
}

// One line of "What happened": {head, text, tone}.
export function told(session, line) {
  const e = line.event, about = session.about;
  const say = (head, text, tone = "") => ({ head, text, tone });
  switch (e.note) {
  case "session": return say("session", `All ${about.players.length} have said hello: session ${e.session.slice(0, 8)}`);
  case "threat": return say("threat", `If somebody cheats: ${profile(about, e.profile)} (found in ${count(e.rounds, "round", "rounds")})`);
  case "no_threat": return say("no threat", "Nothing was found to punish with that holds by itself", "bad");
  case "sampled": return say("asked", `${count(e.asked, "proposal", "proposals")} in ${count(e.rounds, "round", "rounds")}; ${count(e.certified, "suits", "suit")} everybody`);
  case "drawn": return say(`draw ${e.draw}`, `The lottery picked ${agreeable(about, e)}, one of ${e.on_table.toLocaleString("en")}, proposed by ${name(about, e.proposer)}`, "draw");
  case "pruned": return say("pruned", `${count(e.left, "proposal is", "proposals are")} left; what was worse for somebody is gone`);
  case "selected": return say("selected", `${agreeable(about, e)}, ${merit(e.selection)}, proposed by ${name(about, e.proposer)}`, "draw");
  case "no_agreement": return say("no treaty", "Nothing suits everybody: all will play the threat", "warn");
  case "agreed": return say("agreed", `${agreeable(about, e)}; who breaks it is punished ${penalty(e.length)}`, "good");
  case "signed": return say("signed", `By all ${about.players.length}; certificate ${e.certificate.slice(0, 8)}`, "good");
  case "deviation": return say("deviation", `${e.stage > 0 ? `Stage ${e.stage.toLocaleString("en")}: ` : ""}${deviation(about, e)}`, "bad");
  case "punishing": return say("punishing", `From stage ${e.from.toLocaleString("en")} on, ${penalty(e.length)}`, "warn");
  case "restored": return say("restored", `All have signed that it is over: as agreed again from stage ${e.stage.toLocaleString("en")} on`, "good");
  case "waiting": return say("waiting", `For ${names(about, e.missing)}, in round ${e.round.toLocaleString("en")}${e.stage > 0 ? `, stage ${e.stage.toLocaleString("en")}` : ""}`, "warn");
  case "healed": return say("healed", `What was waited for has come, after ${duration(e.after_ms)}`);
  case "refused": return say("refused", `${name(about, e.node)} signs that ${names(about, e.silent)} fell silent: a claim, not a proof`, "warn");
  case "blamed": return say("proven", `${name(about, e.node)} ${faults[e.fault] ?? `broke the protocol (${e.fault})`}`, "bad");
  case "stranger": return say("stranger", `${name(about, e.node)} has other terms or another roster`, "warn");
  case "reborn": return say("reborn", `${name(about, e.node)} began anew: it is lost for this session`, "warn");
  case "double": return say("double", "Somebody else speaks with this node's key", "bad");
  case "ended": return say("end", `${outcome(e.outcome, about).replace(/^./, c => c.toUpperCase())}`, e.outcome === "played" ? "good" : "warn");
  default: return say(e.note, "");
  }
}

// What is going on at a moment, in a sentence or two for somebody who has never heard of it.
export function story(session, at) {
  const about = session.about, n = session.n;
  if (at.stage > 0) return storyOfPlay(session, at.stage);
  const s = session.steps[at.step];
  switch (s.kind) {
  case "start": return session.steps.length > 1 ? `${n} players, each knowing only its own payoffs, have met. First they look for a threat: what all fall back on if somebody cheats.`
    : session.session ? "All have said hello. They look for a threat: what all fall back on if somebody cheats." : "The nodes are still finding each other.";
  case "threat": return `They have a threat: ${profile(about, session.threat.profile)}. Nobody gains by leaving it alone, so it can be believed. Now each asks the others: would this suit you?`;
  case "no_threat": return "No threat was found that holds by itself, so nothing can be enforced and nothing is played.";
  case "asked": return `${count(s.asked, "proposal was", "proposals were")} asked about so far; ${count(s.accepted, "suits", "suit")} everybody. Nobody says why it says no.`;
  case "drawn": return `A lottery that nobody controls picked one of the ${s.onTable.toLocaleString("en")} on the table: ${agreeable(about, session.candidates[s.id - 1])}, proposed by ${name(about, s.proposer)}.`;
  case "pruned": return `Whatever is worse for somebody than the pick is gone: ${count(s.left, "proposal is", "proposals are")} left.`;
  case "selected": return `Of these, by what all have reported: ${agreeable(about, session.candidates[s.id - 1])}, ${merit(s.selection)}.`;
  case "no_agreement": return "Nothing suits everybody, so all will play the threat.";
  case "agreed": return `This is the agreement: ${agreeable(about, session.agreement)}. Whoever breaks it is punished ${penalty(session.agreement.length)}.`;
  case "signed": return `All ${n} have signed. They play ${count(about.stages, "stage", "stages")}, and each can prove what was agreed.`;
  default: return "";
  }
}

function storyOfPlay(session, stage) {
  const about = session.about, total = about.stages.toLocaleString("en");
  const here = session.deviations.filter(d => d.stage === stage);
  const before = session.deviations.filter(d => d.stage > 0 && d.stage <= stage);
  const mode = session.stages.mode[stage - 1];
  const over = session.ended && stage === session.stages.n;
  const where = `Stage ${stage.toLocaleString("en")} of ${total}`;
  if (over && before.length === 0 && session.agreement)
    return `${sentence(ending(session))} Everybody kept the agreement.`;
  if (over && before.length > 0) {
    const d = before.at(-1), sums = reckoning(session, d, stage);
    const many = before.length > 1 ? `There were ${before.length} deviations; the last: in stage ${d.stage.toLocaleString("en")}` : `In stage ${d.stage.toLocaleString("en")}`;
    return `${sentence(ending(session))} ${many} ${deviation(about, d)}${sums ? `; ${sums}` : ""}.`;
  }
  if (here.length > 0) {
    const sums = reckoning(session, here[0], stage);
    return `${where}: ${list(here.map(d => deviation(about, d)))}${sums ? `; ${sums}` : ""}. Everybody sees it, and can prove it.`;
  }
  if (mode === 1) {
    const d = before.at(-1), sums = d ? reckoning(session, d, stage) : null;
    return `${where}: punishment by the threat, ${profile(about, session.threat?.profile)}${d ? `, because ${deviation(about, d)} in stage ${d.stage.toLocaleString("en")}${sums ? `; ${sums}` : ""}` : ""}.`;
  }
  if (mode === 2) return `${where}: there is no agreement, so the threat is played: ${profile(about, session.threat?.profile)}.`;
  const again = session.punishments.some(p => p.restored !== null && p.restored <= stage);
  return `${where}: ${again ? "forgiven, and " : ""}played as agreed${before.length ? "" : "; nobody has broken it"}.`;
}
function sentence(text) { return text.replace(/^./, c => c.toUpperCase()) + "."; }
