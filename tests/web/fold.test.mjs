// SPDX-License-Identifier: MIT
// The page's arithmetic, without a browser: node --test tests/web/
import assert from "node:assert/strict";
import test from "node:test";
import * as f from "../../web/fold.mjs";
import * as g from "../../web/geometry.mjs";
import * as w from "../../web/words.mjs";

const about = {
  players: [{ name: "Ann", actions: ["Keep", "Break"], delta: 0.5, least: -1, greatest: 3 },
            { name: "Bob", actions: ["Keep", "Break"], delta: 0.9, least: -1, greatest: 3 }],
  payoffs_of: [1, 2], stages: 6, nodes: [1, 2],
};
const mixed = (a, b) => [[a, 1 - a], [b, 1 - b]];
const candidate = (id, payoffs, refused_by = []) =>
  ({ id, proposer: 1, profile: mixed(1, 1), payoffs, refused_by });

// A session in which Bob breaks the agreement in stage 2 and is forgiven in stage 4.
function events() {
  return [
    { time_ms: 10, note: "entered", phase: "hello" },
    { time_ms: 20, note: "session", session: "ab".repeat(32) },
    { time_ms: 30, note: "threat", profile: mixed(0, 0), rounds: 3, payoffs: [0, 0] },
    { time_ms: 40, note: "asked", round: 5, candidates: [candidate(1, [2, 2]), candidate(2, [3, -1], [2])] },
    { time_ms: 50, note: "asked", round: 7, candidates: [candidate(3, [1, 1]), candidate(1, [2, 2])] },
    { time_ms: 60, note: "drawn", draw: 1, on_table: 2, proposer: 1, id: 3, profile: mixed(1, 1), payoffs: [1, 1] },
    { time_ms: 70, note: "pruned", draw: 1, left: 1, ids: [3] },
    { time_ms: 80, note: "agreed", id: 1, profile: mixed(1, 1), payoffs: [2, 2], digest: "cd".repeat(32), length: 1 },
    { time_ms: 90, note: "signed", certificate: "ef".repeat(32) },
    { time_ms: 100, note: "stages", from: 1, to: 2, mode: "as agreed", actions: "0001", payoffs: { 1: [2, 2], 2: [-1, 3] } },
    { time_ms: 110, note: "deviation", stage: 2, node: 2, fault: "action", played: 2, prescribed: 1, gain: 1, deterred_from_delta: 0.3333 },
    { time_ms: 120, note: "punishing", from: 3, length: 1 },
    { time_ms: 130, note: "stages", from: 3, to: 3, mode: "punishing", actions: "11", payoffs: { 3: [0, 0] } },
    { time_ms: 140, note: "restored", stage: 4 },
    { time_ms: 150, note: "stages", from: 4, to: 6, mode: "as agreed", actions: "000000", payoffs: { 4: [2, 2] } },
    { time_ms: 160, note: "ended", outcome: "played", stages: 6 },
    { time_ms: 170, note: "closed" },
  ];
}
function told(list = events()) {
  const s = f.newSession(about);
  for (const e of list) f.fold(s, e);
  return s;
}

test("a candidate that is asked about twice counts once", () => {
  const s = told();
  assert.equal(s.asked, 3);
  assert.equal(s.accepted, 2);
  assert.equal(s.candidates.length, 3);
});

test("where a candidate stands depends on the moment", () => {
  const s = told(), step = kind => s.steps.findIndex(x => x.kind === kind);
  const [one, two, three] = s.candidates;
  assert.equal(f.standing(three, step("asked")), null);
  assert.equal(f.standing(three, step("drawn")), "table");
  assert.equal(f.standing(three, step("pruned")), "pruned");
  assert.equal(f.standing(one, step("pruned")), "table");
  assert.equal(f.standing(two, step("asked")), "refused");
  assert.equal(f.drawnAt(s, step("asked")), null);
  assert.equal(f.drawnAt(s, s.steps.length - 1), three);
});

test("where reports select, all but the one are gone", () => {
  const list = events().slice(0, events().findIndex(e => e.note === "pruned"));
  list.push({ time_ms: 70, note: "pruned", draw: 1, left: 2, ids: [] });
  list.push({ time_ms: 75, note: "selected", selection: "egalitarian", best: 1, proposer: 1, id: 1, ids: [3], profile: mixed(1, 1), payoffs: [2, 2] });
  const s = told(list), at = s.steps.length - 1;
  assert.equal(s.steps[at].kind, "selected");
  assert.equal(f.standing(s.candidates[2], at - 1), "table");
  assert.equal(f.standing(s.candidates[2], at), "pruned");
  assert.equal(f.standing(s.candidates[0], at), "table");
  assert.match(w.story(s, { step: at, stage: 0 }), /Keep, Keep.*least share/);
  assert.match(w.told(s, s.lines.at(-1)).text, /least share.*proposed by/);
});

test("stages that are told twice, or in pieces, are the same stages", () => {
  const whole = told(), again = told();
  f.fold(again, events()[9]);
  f.fold(again, { time_ms: 151, note: "stages", from: 5, to: 6, mode: "as agreed", actions: "0000" });
  const list = events();
  list.splice(14, 1,
    { time_ms: 150, note: "stages", from: 4, to: 4, mode: "as agreed", actions: "00", payoffs: { 4: [2, 2] } },
    { time_ms: 150, note: "stages", from: 4, to: 6, mode: "as agreed", actions: "000000", payoffs: { 4: [2, 2] } });
  for (const s of [again, told(list)]) {
    assert.equal(s.stages.n, 6);
    for (let k = 1; k <= 6; k++)
      for (const i of [0, 1]) {
        assert.equal(f.actionOf(s, k, i), f.actionOf(whole, k, i));
        assert.equal(f.earnedIn(s, k, i), f.earnedIn(whole, k, i));
      }
  }
});

test("stages from a gap are not taken for others", () => {
  const s = told(events().slice(0, 9));
  f.fold(s, { time_ms: 1, note: "stages", from: 3, to: 3, mode: "punishing", actions: "11" });
  assert.equal(s.stages.n, 0);
});

test("what was earned, and what a deviation has cost", () => {
  const s = told();
  assert.equal(f.earnedIn(s, 2, 1), 3);
  assert.equal(f.averageAt(s, 2, 0), 0.5);
  assert.equal(f.averageAt(s, 6, 1), (2 + 3 + 0 + 6) / 6);
  // 0.9 (2 - 0) in stage 3, and nothing in those after it.
  assert.equal(f.lossOf(s, s.deviations[0], 6), 1.8);
  assert.equal(f.lossOf(s, s.deviations[0], 2), 0);
  assert.match(w.reckoning(s, s.deviations[0], 6), /gained 1 at once and has lost 1\.8 since/);
});

test("payoffs that were not given stay unknown", () => {
  const s = f.newSession({ ...about, payoffs_of: [1] });
  for (const e of events()) f.fold(s, e);
  assert.equal(f.earnedIn(s, 2, 1), null);
  assert.equal(f.averageAt(s, 2, 1), null);
  assert.equal(f.lossOf(s, s.deviations[0], 6), null);
  assert.equal(f.averageAt(s, 2, 0), 0.5);
});

test("a punishment lasts from where it begins to where all have signed its end", () => {
  const s = told();
  assert.deepEqual(f.punishedRanges(s, 2), []);
  assert.deepEqual(f.punishedRanges(s, 6), [[3, 3]]);
  const open = told(events().slice(0, 13));
  assert.deepEqual(f.punishedRanges(open, 3), [[3, 3]]);
  f.fold(open, { time_ms: 131, note: "punishing", from: 4, length: 2 }); // its count starts anew
  assert.deepEqual(f.punishedRanges(open, 5), [[3, 3], [4, 5]]);
});

test("the timeline stops at every step, and at every stage while they are few", () => {
  const s = told(), list = f.moments(s);
  assert.equal(list.length, s.steps.length + 6);
  assert.equal(f.momentIndex(list, { step: 2, stage: 0 }), 2);
  assert.deepEqual(list[f.momentIndex(list, { step: 0, stage: 4 })], { step: s.steps.length - 1, stage: 4 });
});

test("a long play is sampled, but never without its deviations", () => {
  const s = told(events().slice(0, 9)), n = 100000;
  f.fold(s, { time_ms: 1, note: "stages", from: 1, to: n, mode: "as agreed", actions: "00".repeat(n) });
  f.fold(s, { time_ms: 2, note: "deviation", stage: 77777, node: 1, fault: "action", played: 2, prescribed: 1 });
  f.fold(s, { time_ms: 2, note: "punishing", from: 77778, length: 3 });
  f.fold(s, { time_ms: 2, note: "restored", stage: 77781 });
  const stages = f.moments(s).map(m => m.stage);
  assert.ok(stages.length < 300);
  for (const k of [1, 77777, 77778, 77780, 77781, n]) assert.ok(stages.includes(k), `stage ${k}`);
  assert.deepEqual(stages.filter(k => k > 0), [...stages.filter(k => k > 0)].sort((a, b) => a - b));
});

test("who is waited for again and again is one line, with the latest words", () => {
  const s = told(events().slice(0, 9)), n = s.lines.length;
  f.fold(s, { time_ms: 95, note: "waiting", round: 9, stage: 1, missing: [1], since_ms: 1 });
  f.fold(s, { time_ms: 96, note: "waiting", round: 9, stage: 1, missing: [1, 2], since_ms: 1 });
  assert.equal(s.lines.length, n + 1);
  assert.match(w.told(s, s.lines.at(-1)).text, /Ann and Bob/);
  f.fold(s, { time_ms: 97, note: "waiting", round: 10, stage: 1, missing: [1], since_ms: 1 });
  assert.equal(s.lines.length, n + 2);
});

test("long questioning is sampled, but never without a draw", () => {
  const s = f.newSession(about), list = events();
  for (let k = 0; k < 5000; k++) f.fold(s, { time_ms: k, note: "asked", round: k, candidates: [candidate(k + 1, [1, 1])] });
  for (const e of list.slice(5, 9)) f.fold(s, e);
  const steps = f.moments(s).map(m => s.steps[m.step].kind);
  assert.ok(steps.length < 400);
  for (const kind of ["start", "drawn", "pruned", "agreed", "signed"]) assert.ok(steps.includes(kind), kind);
  assert.equal(f.moments(s).at(-1).step, s.steps.length - 1);
});

test("distributions are said by what is likeliest", () => {
  const d = { distribution: [0.25, 0.5, 0, 0.25] };
  assert.deepEqual(w.likeliest(about, d.distribution)[0], { share: 0.5, actions: [1, 0] });
  assert.equal(w.agreeable(about, d), "(Break, Keep) 50\u00a0% + (Keep, Keep) 25\u00a0% + (Break, Break) 25\u00a0%");
  assert.equal(w.agreeable(about, { profile: mixed(1, 0) }), "Keep, Break");
});

test("who fell silent is named, with how many have signed it", () => {
  const s = told(events().slice(0, 10));
  f.fold(s, { time_ms: 160, note: "ended", outcome: "omission", stages: 2 });
  assert.equal(w.ending(s), "somebody fell silent");
  f.fold(s, { time_ms: 161, note: "refused", node: 1, silent: [2], round: 9, stage: 3 });
  assert.equal(w.ending(s), "Bob fell silent, as 1 other has signed");
});

test("events that are not known, or hostile, change nothing", () => {
  const s = told(), before = s.steps.length;
  f.fold(s, { time_ms: 5, note: "something new" });
  f.fold(s, { time_ms: 5, note: "constructor" });
  f.fold(s, { time_ms: 5, note: "__proto__" });
  assert.equal(s.steps.length, before);
});

test("the frontier runs from the best for one to the best for the other", () => {
  const hull = [[-1, 3], [0, 0], [3, -1], [2, 2]]; // the prisoners' dilemma
  assert.deepEqual(g.frontier(hull), [[-1, 3], [2, 2], [3, -1]]);
  assert.deepEqual(g.frontier([[0, 0], [1, 0], [1, 1], [0, 1]]), [[1, 1]]);
  assert.deepEqual(g.frontier([[0, 0], [2, 2]]), [[2, 2]]);
  assert.deepEqual(g.frontier([[1, 5]]), [[1, 5]]);
});

test("ticks are round and inside", () => {
  assert.deepEqual(g.ticks(-1, 3, 4), [-1, 0, 1, 2, 3]);
  assert.deepEqual(g.ticks(0, 0.3, 3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(g.ticks(5, 5, 4), [5]);
  for (const v of g.ticks(-97, 1234, 6)) assert.ok(v >= -97 && v <= 1234);
});

test("an extent leaves room, also around a single value", () => {
  assert.deepEqual(g.extent([0, 10, null, undefined], 0.1), [-1, 11]);
  const [low, high] = g.extent([7, 7], 0.1);
  assert.ok(low < 7 && high > 7);
  assert.deepEqual(g.extent([], 0.1), [0, 1]);
});

test("the nearest point within reach is found, the last of equals", () => {
  const points = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 0 }];
  assert.equal(g.nearest(points, 9, 1, 5), 2);
  assert.equal(g.nearest(points, 1, 1, 5), 0);
  assert.equal(g.nearest(points, 50, 50, 5), -1);
});

test("stages have a cell each where there is room, and columns where not", () => {
  assert.deepEqual(g.columns(1, 100, 1000, 3), { n: 100, per: 1, size: 10 });
  const many = g.columns(1, 100000, 900, 3);
  assert.ok(many.per > 1 && many.size >= 3 && many.n * many.size >= 900);
  assert.equal(g.columns(1, 0, 900, 3).n, 0);
});

test("thinning keeps the ends and the peaks", () => {
  const value = k => (k === 5000 ? 9 : k === 9999 ? 1 : 0);
  const thinned = g.thin(10000, 100, value);
  assert.ok(thinned.length <= 400);
  assert.deepEqual(thinned[0], [0, 0]);
  assert.deepEqual(thinned.at(-1), [9999, 1]);
});

test("profiles and numbers are said as the log says them", () => {
  assert.equal(w.profile(about, mixed(1, 0)), "Keep, Break");
  assert.equal(w.profile(about, [[0.25, 0.75], [1, 0]]), "Keep 25\u00a0% + Break 75\u00a0%; Keep");
  const four = { players: Array(4).fill({ name: "R", actions: ["Polite", "Greedy"] }) };
  assert.equal(w.profile(four, Array(4).fill([1, 0])), "all Polite");
  assert.equal(w.number(1 / 3), "0.3333");
  assert.equal(w.number(-2), "−2");
  assert.equal(w.number(null), "?");
  assert.equal(w.share(0.0001), "<0.1\u00a0%");
});

test("every step and stage has its sentence, and every line its words", () => {
  const s = told();
  for (const m of f.moments(s)) assert.ok(w.story(s, m).length > 20, JSON.stringify(m));
  for (const l of s.lines) assert.ok(w.told(s, l).text.length > 3, l.event.note);
  assert.match(w.story(s, { step: 0, stage: 2 }), /Bob played Break instead of Keep/);
  assert.match(w.story(s, { step: 0, stage: 3 }), /punishment/);
  assert.match(w.story(s, { step: 0, stage: 6 }), /All 6 stages were played/);
});
