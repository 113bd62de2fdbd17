// SPDX-License-Identifier: MIT
// What the events of one node's log add up to. Pure: nothing here knows the browser, so the
// tests run it with node alone. docs/page.md names the events.

export const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const DIGIT = new Map([...DIGITS].map((c, k) => [c, k]));
const MODES = ["as agreed", "punishing", "no agreement"];
export const AS_AGREED = 0, PUNISHING = 1, WITHOUT = 2;
// How many stages, and rounds of questions, the timeline stops at, save what must be seen.
export const MOMENTS_OF_PLAY = 240, MOMENTS_OF_ASKING = 160;

export function newSession(about) {
  return {
    about,
    n: about.players.length,
    startMs: null, lastMs: null,
    phase: "", // the last that was entered
    session: null, threat: null, noThreat: false, noAgreement: false,
    candidates: [], // by id - 1
    asked: 0, accepted: 0,
    steps: [{ kind: "start", timeMs: null }],
    agreement: null, certificate: null,
    stages: newStages(about.players.length),
    earned: new Map(), // actions as text: payoffs
    deviations: [], punishments: [], blamed: [], refusals: [],
    ended: null, closed: false,
    lines: [], // what happened, for people: {timeMs, kind, step, stage, event}
  };
}

function newStages(n) {
  return { n: 0, players: n, actions: new Uint8Array(64 * n), mode: new Uint8Array(64),
           sums: new Float64Array(65 * n), known: null };
}

function room(s, stages) {
  const needed = s.n + stages;
  let size = s.mode.length;
  if (needed <= size) return;
  while (size < needed) size *= 2;
  const grow = (old, length) => { const a = new old.constructor(length); a.set(old); return a; };
  s.actions = grow(s.actions, size * s.players);
  s.mode = grow(s.mode, size);
  s.sums = grow(s.sums, (size + 1) * s.players);
}

function step(session, kind, event, more) {
  session.steps.push({ kind, timeMs: event.time_ms, ...more });
  return session.steps.length - 1;
}

function line(session, event, at) {
  session.lines.push({ timeMs: event.time_ms, event,
                       step: at.step ?? null, stage: at.stage ?? null });
}

function foldAsked(session, event) {
  const at = session.steps.length;
  let fresh = 0, suits = 0;
  for (const c of event.candidates) {
    if (session.candidates[c.id - 1]) continue; // asked once more: nothing new
    const accepted = c.refused_by.length === 0;
    session.candidates[c.id - 1] = {
      id: c.id, proposer: c.proposer, profile: c.profile, distribution: c.distribution,
      payoffs: c.payoffs, refusedBy: c.refused_by, accepted, round: event.round,
      asked: at, pruned: Infinity, drawn: Infinity };
    fresh++;
    suits += accepted;
  }
  session.asked += fresh;
  session.accepted += suits;
  step(session, "asked", event,
       { round: event.round, fresh, suits, asked: session.asked, accepted: session.accepted });
}

function foldStages(session, event) {
  const s = session.stages, n = s.players, text = event.actions;
  const count = text.length / n;
  let skip = s.n + 1 - event.from; // told already
  if (skip < 0 || skip >= count) return;
  for (const [stage, payoffs] of Object.entries(event.payoffs ?? {})) {
    const from = (Number(stage) - event.from) * n;
    session.earned.set(text.slice(from, from + n), payoffs);
  }
  room(s, count - skip);
  const mode = Math.max(0, MODES.indexOf(event.mode));
  for (let k = skip; k < count; k++) {
    const key = text.slice(k * n, k * n + n), earned = session.earned.get(key);
    for (let i = 0; i < n; i++) {
      s.actions[s.n * n + i] = DIGIT.get(key[i]);
      s.sums[(s.n + 1) * n + i] = s.sums[s.n * n + i] + (earned?.[i] ?? 0);
    }
    s.mode[s.n] = mode;
    s.n++;
  }
}

// What each kind of event adds.
const folds = {
  entered(session, e) { session.phase = e.phase; },
  session(session, e) { session.session = e.session; line(session, e, { step: 0 }); },
  threat(session, e) {
    session.threat = { profile: e.profile, distribution: e.distribution, payoffs: e.payoffs,
                       rounds: e.rounds };
    session.threat.step = step(session, "threat", e);
    line(session, e, { step: session.threat.step });
  },
  no_threat(session, e) {
    session.noThreat = true;
    line(session, e, { step: step(session, "no_threat", e) });
  },
  asked: foldAsked,
  sampled(session, e) { line(session, e, { step: session.steps.length - 1 }); },
  drawn(session, e) {
    const at = step(session, "drawn", e, { id: e.id, draw: e.draw, onTable: e.on_table,
                                           proposer: e.proposer });
    const c = session.candidates[e.id - 1];
    if (c) c.drawn = Math.min(c.drawn, at);
    line(session, e, { step: at });
  },
  pruned(session, e) {
    const at = step(session, "pruned", e, { left: e.left, ids: e.ids?.length ?? 0 });
    for (const id of e.ids ?? []) {
      const c = session.candidates[id - 1];
      if (c) c.pruned = Math.min(c.pruned, at);
    }
    line(session, e, { step: at });
  },
  // Of what was worse than the pick for nobody, one is left: what all report decides.
  selected(session, e) {
    const at = step(session, "selected", e, { id: e.id, selection: e.selection,
                                              proposer: e.proposer });
    for (const id of e.ids ?? []) {
      const c = session.candidates[id - 1];
      if (c) c.pruned = Math.min(c.pruned, at);
    }
    line(session, e, { step: at });
  },
  no_agreement(session, e) {
    session.noAgreement = true;
    line(session, e, { step: step(session, "no_agreement", e) });
  },
  agreed(session, e) {
    session.agreement = { id: e.id, profile: e.profile, distribution: e.distribution,
                          payoffs: e.payoffs, payoff: e.payoff, digest: e.digest,
                          length: e.length };
    session.agreement.step = step(session, "agreed", e);
    line(session, e, { step: session.agreement.step });
  },
  signed(session, e) {
    session.certificate = e.certificate;
    line(session, e, { step: step(session, "signed", e) });
  },
  stages: foldStages,
  deviation(session, e) {
    session.deviations.push({ stage: e.stage, node: e.node, fault: e.fault, played: e.played,
                              prescribed: e.prescribed, gain: e.gain,
                              deterredFrom: e.deterred_from_delta });
    line(session, e, { stage: e.stage });
  },
  punishing(session, e) {
    const last = session.punishments.at(-1);
    if (last && last.restored === null) last.restored = e.from; // its count starts anew
    session.punishments.push({ from: e.from, length: e.length, restored: null });
    line(session, e, { stage: e.from });
  },
  restored(session, e) {
    const last = session.punishments.at(-1);
    if (last && last.restored === null) last.restored = e.stage;
    line(session, e, { stage: e.stage });
  },
  waiting(session, e) { // said again and again, ever more rarely, until it has come
    const last = session.lines.at(-1);
    if (last?.event.note === "waiting" && last.event.round === e.round) last.event = e;
    else line(session, e, where(session));
  },
  healed(session, e) { line(session, e, where(session)); },
  refused(session, e) { session.refusals.push(e); line(session, e, where(session)); },
  blamed(session, e) { session.blamed.push(e); line(session, e, where(session)); },
  stranger(session, e) { line(session, e, where(session)); },
  reborn(session, e) { line(session, e, where(session)); },
  double(session, e) { line(session, e, where(session)); },
  ended(session, e) { session.ended = { outcome: e.outcome, stages: e.stages };
                      line(session, e, where(session)); },
  closed(session) { session.closed = true; },
};

function where(session) {
  return session.stages.n > 0 ? { stage: session.stages.n }
                              : { step: session.steps.length - 1 };
}

// Takes one event; those that it does not know change nothing.
export function fold(session, event) {
  session.startMs ??= event.time_ms;
  session.lastMs = event.time_ms;
  session.steps[0].timeMs ??= event.time_ms;
  if (Object.hasOwn(folds, event.note)) folds[event.note](session, event);
}

export function actionOf(session, stage, player) {
  return session.stages.actions[(stage - 1) * session.n + player];
}
export function modeOf(session, stage) { return session.stages.mode[stage - 1]; }

// What player (from 0) earned in one stage, or null where that is not known.
export function earnedIn(session, stage, player) {
  const n = session.n, s = session.stages;
  if (!knows(session, player)) return null;
  return s.sums[stage * n + player] - s.sums[(stage - 1) * n + player];
}
// Its mean over the stages 1 .. stage.
export function averageAt(session, stage, player) {
  if (!knows(session, player) || stage < 1) return null;
  return session.stages.sums[stage * session.n + player] / stage;
}
export function knows(session, player) {
  return session.about.payoffs_of.includes(player + 1);
}

// What a deviation has cost its author up to stage `until`, discounted to the deviation:
// the sum over later stages s of d^(s - stage) (U - u(s)). Null where that is not known.
export function lossOf(session, deviation, until) {
  const i = deviation.node - 1, d = session.about.players[i].delta;
  const agreed = session.agreement?.payoffs?.[i];
  if (!knows(session, i) || d === undefined || agreed === undefined || agreed === null)
    return null;
  let loss = 0, weight = d;
  for (let s = deviation.stage + 1; s <= until && weight > 1e-12; s++, weight *= d)
    loss += weight * (agreed - earnedIn(session, s, i));
  return loss;
}

// The stages that are punishment, as [from, to] pairs up to stage `until`.
export function punishedRanges(session, until) {
  return session.punishments
    .filter(p => p.from <= until)
    .map(p => [p.from, Math.min(until, p.restored === null ? until : p.restored - 1)])
    .filter(([from, to]) => from <= to);
}

// Every moment that the timeline stops at: the steps of the negotiation, then stages.
export function moments(session) {
  const rarely = Math.max(1, Math.ceil(session.steps.length / MOMENTS_OF_ASKING));
  const list = session.steps.map((s, k) => ({ step: k, stage: 0, kind: s.kind }))
    .filter((m, k) => m.kind !== "asked" || k % rarely === 0 || session.steps[k + 1]?.kind !== "asked")
    .map(({ step, stage }) => ({ step, stage }));
  const n = session.stages.n, last = session.steps.length - 1;
  if (n === 0) return list;
  const stops = new Set([1, n]);
  const every = Math.max(1, Math.ceil(n / MOMENTS_OF_PLAY));
  for (let s = every; s <= n; s += every) stops.add(s);
  const keep = s => { if (s >= 1 && s <= n) stops.add(s); };
  for (const d of session.deviations.slice(0, MOMENTS_OF_PLAY)) keep(d.stage);
  for (const p of session.punishments.slice(0, MOMENTS_OF_PLAY)) {
    keep(p.from);
    if (p.restored !== null) { keep(p.restored - 1); keep(p.restored); }
  }
  for (const s of [...stops].sort((a, b) => a - b)) list.push({ step: last, stage: s });
  return list;
}

// The index of the moment that shows this step, or this stage (the first not before it).
export function momentIndex(list, at) {
  if (at.stage > 0) {
    const k = list.findIndex(m => m.stage >= at.stage);
    return k < 0 ? list.length - 1 : k;
  }
  const k = list.findIndex(m => m.step >= at.step);
  return k < 0 ? list.length - 1 : k;
}

// How a candidate stands at a step: null before it was asked about.
export function standing(c, at) {
  if (c.asked > at) return null;
  if (!c.accepted) return "refused";
  return c.pruned <= at ? "pruned" : "table";
}

// The candidate that the lottery drew last before or at this step, and still holds.
export function drawnAt(session, at) {
  for (let k = Math.min(at, session.steps.length - 1); k >= 0; k--)
    if (session.steps[k].kind === "drawn") return session.candidates[session.steps[k].id - 1] ?? null;
  return null;
}
