// SPDX-License-Identifier: MIT
// The page: takes the events, and lets people look at any moment of them.
import * as f from "./fold.mjs";
import * as w from "./words.mjs";
import * as d from "./draw.mjs";
import { nearest } from "./geometry.mjs";
import { showPaper } from "./paper.mjs";

const $ = id => document.getElementById(id);
const ZOOM = 60, LINES_SHOWN = 400, PAID_SHOWN = 3, READING_MS = 400;

const state = {
  about: null, session: null, nodes: [], view: null, clockOffset: 0,
  moments: [], at: { step: 0, stage: 0 }, following: true, caughtUp: false, lost: false,
  axes: { x: null, y: null }, planes: new Map(), points: [], chosen: null,
  zoom: false, strip: null, playing: null, source: null, colours: null,
};

// Makes an element: make("li", {class: "x"}, "text", child).
function make(tag, attributes = {}, ...children) {
  const e = tag === "svg" || tag === "path" || tag === "rect" || tag === "circle"
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes))
    if (value !== null && value !== false) e.setAttribute(key, value === true ? "" : value);
  e.append(...children.filter(c => c !== null && c !== undefined));
  return e;
}

// ---- colours ----

function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $("theme-word").textContent = theme;
  try { localStorage.setItem("treaty-theme", theme); } catch { /* it is only for the next time */ }
  state.colours = d.palette();
  redraw();
}

function startTheme() {
  const order = ["auto", "light", "dark"];
  let theme = "auto";
  try { theme = localStorage.getItem("treaty-theme") ?? "auto"; } catch { /* as the system has it */ }
  setTheme(order.includes(theme) ? theme : "auto");
  $("theme").addEventListener("click", () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    setTheme(theme);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    state.colours = d.palette();
    redraw();
  });
}

// Actions of the same name have the same colour, whoever plays them.
function actionNames() {
  return [...new Set(state.about.players.flatMap(p => p.actions))];
}
function colourOf(player, k) {
  const index = state.actionIndex.get(state.about.players[player].actions[k]) ?? k;
  return state.colours.action[index % d.ACTION_COLOURS];
}

// ---- drawing, at most once a frame ----

let asked = false, drawnAt = 0;
function redraw() {
  if (asked || !state.session) return;
  asked = true;
  const draw = () => requestAnimationFrame(time => { asked = false; drawnAt = time; render(); });
  // While a long log is read, reading comes first.
  if (state.caughtUp || performance.now() - drawnAt > READING_MS) draw();
  else setTimeout(draw, READING_MS);
}

function render() {
  const s = state.session;
  state.moments = f.moments(s);
  if (state.following) state.at = state.moments.at(-1);
  renderTop();
  renderHero();
  renderPlane();
  renderEvents();
  renderStrip();
  renderPlayer();
  renderNodes();
  showPaper(state, make);
  document.querySelector("main").setAttribute("aria-busy", String(!state.caughtUp));
}

function renderTop() {
  const s = state.session, pill = $("status");
  const open = state.nodes.filter(n => n.state === "open");
  let [word, kind] = ["watching", "live"];
  if (state.lost) [word, kind] = ["connection lost", "bad"];
  else if (!state.caughtUp) [word, kind] = ["reading", ""];
  else if (s.ended) [word, kind] = s.ended.outcome === "played" ? ["finished", "done"] : ["ended early", "warn"];
  else if (state.nodes.some(n => n.state === "broken")) [word, kind] = ["a log is broken", "bad"];
  else if (state.nodes.some(n => n.state === "gone")) [word, kind] = ["a node is gone", "bad"];
  else if (state.nodes.every(n => n.state === "absent")) [word, kind] = ["waiting for the nodes", "warn"];
  else if (open.length === 0) [word, kind] = ["stopped", "warn"];
  else if (open.some(n => n.waiting)) [word, kind] = ["waiting for somebody", "warn"];
  else if (open.every(quiet)) [word, kind] = ["silent", "warn"];
  else word = "live";
  if (pill.textContent !== word) pill.textContent = word;
  pill.className = `pill ${kind}`;
  $("banner").hidden = !state.lost;
}

const now = () => Date.now() + state.clockOffset;
// An open log into which nothing was written for longer than anybody waits.
function quiet(n) {
  return n.last_ms > 1e12 && now() - n.last_ms > state.about.deadline_ms + 2000;
}

function renderHero() {
  const text = w.story(state.session, state.at);
  if ($("now").textContent !== text) $("now").textContent = text;
  const s = state.session, at = state.at, step = at.step;
  const seen = kind => s.steps.slice(0, step + 1).filter(k => k.kind === kind);
  const asks = seen("asked").at(-1), draws = seen("drawn"), left = seen("pruned").at(-1);
  const threat = s.threat && s.threat.step <= step, agreed = s.agreement && s.agreement.step <= step;
  const signed = seen("signed").length > 0;
  const broken = s.deviations.filter(k => k.stage > 0 && k.stage <= at.stage).length;
  const items = [
    ["Threat", threat ? w.profile(s.about, s.threat.profile) : s.noThreat ? "none was found" : "what all fall back on", threat, "threat"],
    ["Questions", asks ? `${asks.asked.toLocaleString("en")} asked, ${w.count(asks.accepted, "suits", "suit")} all` : "would this suit you?", draws.length > 0 || agreed, "asked"],
    ["Lottery", draws.length ? `${w.count(draws.length, "draw", "draws")}${left ? `, ${left.left.toLocaleString("en")} left` : ""}` : agreed ? "not needed: one was left" : s.noAgreement ? "nothing to draw from" : "nobody controls it", agreed, "drawn"],
    ["Signed", signed ? `by all ${s.n}` : "everybody or nobody", signed, "agreed"],
    ["Play", at.stage > 0 ? `${at.stage.toLocaleString("en")} of ${w.count(s.about.stages, "stage", "stages")}${broken ? `, ${w.count(broken, "deviation", "deviations")}` : ""}` : w.count(s.about.stages, "stage", "stages"), at.stage > 0 && at.stage === s.stages.n && s.ended !== null, "play"],
  ];
  const here = at.stage > 0 ? 4 : signed ? 3 : agreed ? 3 : draws.length ? 2 : asks || threat ? 1 : 0;
  const box = $("steps");
  if (box.children.length === 0)
    for (const [title, , , kind] of items) {
      const button = make("button", { type: "button" }, make("b", {}, title), make("span"));
      button.addEventListener("click", () => goToPhase(kind));
      box.append(make("li", {}, button));
    }
  items.forEach(([, detail, past, kind], k) => {
    const li = box.children[k];
    li.className = [past ? "past" : "", k === here ? "here" : "", kind === "play" && broken ? "broken" : ""].join(" ").trim();
    if (k === here) li.setAttribute("aria-current", "step"); else li.removeAttribute("aria-current");
    const span = li.querySelector("span");
    if (span.textContent !== detail) span.textContent = detail;
  });
}

function goToPhase(kind) {
  const s = state.session;
  if (kind === "play") { if (s.stages.n > 0) go({ step: s.steps.length - 1, stage: 1 }); return; }
  let k = s.steps.findIndex(x => x.kind === kind);
  if (kind === "asked") k = s.steps.findLastIndex(x => x.kind === kind);
  if (kind === "agreed") k = Math.max(k, s.steps.findIndex(x => x.kind === "signed"));
  if (k >= 0) go({ step: k, stage: 0 });
}

// ---- the plane ----

function startAxes() {
  const known = state.about.payoffs_of.map(k => k - 1);
  state.axes = known.length === 0 ? { x: null, y: null }
    : known.length === 1 ? { x: "round", y: known[0] } : { x: known[0], y: known[1] };
  $("axes").hidden = known.length < 2;
  for (const key of ["x", "y"]) {
    const select = $(`axis-${key}`);
    select.replaceChildren(...known.map(i => make("option", { value: i }, state.about.players[i].name)));
    if (key === "x") select.append(make("option", { value: "round" }, "the round"));
    select.value = state.axes[key];
    select.onchange = () => {
      const value = select.value === "round" ? "round" : Number(select.value);
      const other = key === "x" ? "y" : "x";
      if (value === state.axes[other]) { // they change places
        if (state.axes[key] === "round") return void (select.value = state.axes[key]);
        state.axes[other] = state.axes[key];
        $(`axis-${other}`).value = state.axes[other];
      }
      state.axes[key] = value;
      state.chosen = null;
      fetchPlane();
      redraw();
    };
  }
  const all = known.length === state.session.n;
  const who = w.list(known.map(i => state.about.players[i].name));
  $("plane-note").textContent = known.length === 0 ? "" : all
    ? "Each mark is a proposal, placed by what two of the players would get from it. Up and to the right is better."
    : `Each mark is a proposal. Only what ${who} would get is known here: no node knows another's payoffs.`;
  $("privacy").textContent = all
    ? "This observer was given everybody's payoffs, as in a researcher's run. No node knows them all: each knows its own and nothing else."
    : known.length === 0 ? "This observer was given nobody's payoffs, so it shows what was asked, agreed and played, but not what it is worth to anybody. With --game it shows all of them."
      : `This observer was given the payoffs of ${who} alone, and shows no others: nobody else has told them.`;
  fetchPlane();
}

async function fetchPlane() {
  const { x, y } = state.axes, key = `${x},${y}`;
  if (typeof x !== "number" || typeof y !== "number" || state.planes.has(key)) return;
  state.planes.set(key, null);
  const answer = await fetch(`/data/plane?x=${x + 1}&y=${y + 1}`);
  if (answer.ok) state.planes.set(key, await answer.json());
  redraw();
}

function renderPlane() {
  const s = state.session, box = $("plane-box"), canvas = $("plane");
  const blind = state.axes.y === null;
  canvas.hidden = blind;
  box.querySelector(".empty")?.remove();
  const counts = { refused: 0, table: 0, pruned: 0 };
  for (const c of s.candidates) { const k = c && f.standing(c, state.at.step); if (k) counts[k]++; }
  if (blind) {
    box.append(make("div", { class: "empty" }, make("b", {}, "Nobody's payoffs are known here"),
      make("span", {}, "So there is no plane to draw. Start the observer with --game GAME.nfg to see what each proposal is worth.")));
  } else {
    state.points = d.drawPlane(canvas, state.colours, s, state.at, state.axes,
                               state.planes.get(`${state.axes.x},${state.axes.y}`), state.chosen);
    if (s.candidates.length === 0 && !s.threat)
      box.append(make("div", { class: "empty" }, make("span", {}, "Nothing was asked about so far.")));
  }
  renderPlaneLegend(counts, blind);
  const text = `${w.count(counts.refused + counts.table + counts.pruned, "proposal", "proposals")} so far: ${counts.refused} refused by somebody, ${counts.table} on the table, ${counts.pruned} pruned.`;
  if ($("plane-text").textContent !== text) $("plane-text").textContent = text;
}

const icons = {
  refused: ["circle", { cx: 8, cy: 8, r: 3, fill: "none", stroke: "var(--faint)", "stroke-width": 1.4 }],
  table: ["circle", { cx: 8, cy: 8, r: 4.5, fill: "var(--table)" }],
  pruned: ["path", { d: "M4.5 4.5l7 7m0-7l-7 7", stroke: "var(--table)", "stroke-width": 1.6, fill: "none" }],
  drawn: ["circle", { cx: 8, cy: 8, r: 5.5, fill: "none", stroke: "var(--draw)", "stroke-width": 2.5 }],
  agreed: ["path", { d: "M8 .8l2.1 4.9 5.3.5-4 3.5 1.2 5.2L8 12.1l-4.6 2.8 1.2-5.2-4-3.5 5.3-.5z", fill: "var(--good)" }],
  threat: ["path", { d: "M1.5 3.5h13L8 14.5z", fill: "var(--ink)" }],
  frontier: ["path", { d: "M1 5c7 0 11 3 14 9", stroke: "var(--soft)", "stroke-width": 2.6, fill: "none" }],
  hull: ["path", { d: "M2 4l9-2 4 8-9 5z", fill: "var(--hull)", stroke: "var(--strong)" }],
  earned: ["circle", { cx: 8, cy: 8, r: 5, fill: "var(--card)", stroke: "var(--warn)", "stroke-width": 2.5 }],
  deviation: ["rect", { x: 3, y: 1.5, width: 10, height: 13, rx: 2.5, fill: "none", stroke: "var(--bad)", "stroke-width": 2.5 }],
  punishment: ["rect", { x: 0, y: 1, width: 16, height: 14, rx: 2, fill: "var(--punish)", opacity: 0.7 }],
  line: ["path", { d: "M0 12L5 6l4 3 7-4", stroke: "var(--ink)", "stroke-width": 2, fill: "none" }],
};
function icon(kind, colour) {
  const [tag, attributes] = colour ? ["rect", { x: 1, y: 2, width: 14, height: 12, rx: 3, fill: colour }] : icons[kind];
  return make("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, make(tag, attributes));
}

function legend(box, rows) {
  const key = JSON.stringify(rows);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...rows.map(([kind, text, n, colour]) =>
    make("li", {}, icon(kind, colour), make("span", {}, n === null ? null : make("b", {}, n.toLocaleString("en")), n === null ? text : ` ${text}`))));
}

function renderPlaneLegend(counts, blind) {
  const s = state.session, step = state.at.step;
  const rows = [["table", "on the table", counts.table], ["refused", "refused by somebody", counts.refused]];
  if (counts.pruned) rows.push(["pruned", "pruned", counts.pruned]);
  if (f.drawnAt(s, step)) rows.push(["drawn", "the lottery's pick", null]);
  if (s.agreement && s.agreement.step <= step) rows.push(["agreed", "agreed", null]);
  if (s.threat && s.threat.step <= step) rows.push(["threat", "threat", null]);
  if (!blind && state.axes.x !== "round") {
    rows.push(["frontier", "best possible", null], ["hull", "possible", null]);
    if (state.at.stage > 0) rows.push(["earned", "earned so far", null]);
  }
  legend($("plane-legend"), rows);
}

function tellPoint(q) {
  const s = state.session, about = s.about, tip = $("plane-tip");
  if (!q) { tip.hidden = true; return; }
  const c = q.candidate, lines = [];
  const heads = { threat: "The threat", earned: "Earned so far, on average", agreed: "Agreed", drawn: "The lottery's pick",
                  table: "On the table", refused: "Refused", pruned: "Pruned" };
  if (q.kind === "threat") lines.push(w.profile(about, s.threat.profile));
  if (c) {
    lines.push(w.agreeable(about, c));
    lines.push(`asked by ${w.name(about, c.proposer)} in round ${c.round}`);
    if (c.refusedBy.length) lines.push(`does not suit ${w.names(about, c.refusedBy)}`);
    lines.push(about.payoffs_of.slice(0, 8).map(k => `${w.name(about, k)} ${w.number(c.payoffs[k - 1])}`).join(" · "));
  }
  tip.replaceChildren(make("b", {}, heads[q.kind]), ...lines.map(t => make("div", {}, t)));
  placeTip(tip, $("plane-box"), q.x, q.y);
}

function placeTip(tip, box, x, y) {
  tip.hidden = false;
  const width = box.clientWidth;
  const left = Math.max(0, Math.min(x + 14, width - tip.offsetWidth));
  const top = y - tip.offsetHeight - 12;
  tip.style.left = `${left}px`;
  tip.style.top = `${top < -30 ? y + 16 : top}px`;
}

function startPlane() {
  const canvas = $("plane");
  const point = event => {
    const r = canvas.getBoundingClientRect();
    const k = nearest(state.points, event.clientX - r.left, event.clientY - r.top, 14);
    state.chosen = k < 0 ? null : state.points[k];
    canvas.style.cursor = k < 0 ? "" : "pointer";
    tellPoint(state.chosen);
    redraw();
  };
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("pointerleave", event => {
    if (event.pointerType !== "mouse") return;
    state.chosen = null; tellPoint(null); redraw();
  });
  canvas.addEventListener("blur", () => { state.chosen = null; tellPoint(null); redraw(); });
  canvas.addEventListener("keydown", event => {
    const list = state.points;
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") { state.chosen = null; tellPoint(null); redraw(); return; }
    if (!move || list.length === 0) return;
    event.preventDefault();
    const k = list.findIndex(q => q.kind === state.chosen?.kind && q.candidate === state.chosen?.candidate);
    state.chosen = list[(k + move + list.length) % list.length];
    tellPoint(state.chosen);
    redraw();
  });
}

// ---- what happened ----

function renderEvents() {
  const s = state.session, box = $("events");
  const latest = s.lines.at(-1)?.event.time_ms ?? 0;
  if (Number(box.dataset.n) !== s.lines.length || Number(box.dataset.latest) !== latest || box.dataset.edition !== String(s.edition)) {
    const hidden = Math.max(0, s.lines.length - LINES_SHOWN);
    const more = hidden ? [make("li", { class: "more" }, `${w.count(hidden, "earlier line is", "earlier lines are")} in the log`)] : [];
    box.replaceChildren(...more, ...s.lines.slice(hidden).map(line => {
      const told = w.told(s, line);
      const button = make("button", { type: "button" }, make("time", {}, ((line.timeMs - s.startMs) / 1000).toFixed(2)),
        make("b", {}, told.head), make("span", {}, told.text));
      button.addEventListener("click", () => go({ step: line.step ?? s.steps.length - 1, stage: line.stage ?? 0 }));
      const li = make("li", { class: told.tone }, button);
      li.line = line;
      return li;
    }));
    if (s.lines.length === 0) box.append(make("li", { class: "more" }, "Nothing so far."));
    box.dataset.n = s.lines.length;
    box.dataset.latest = latest;
    box.dataset.edition = s.edition;
  }
  let here = null;
  for (const li of box.children) {
    if (!li.line) continue;
    const past = li.line.stage !== null ? state.at.stage >= li.line.stage : state.at.stage > 0 || state.at.step >= (li.line.step ?? 0);
    li.classList.toggle("later", !past);
    li.classList.remove("here");
    if (past) here = li;
  }
  here?.classList.add("here");
  if (here && here !== state.hereLine) {
    const top = here.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top + here.offsetHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = top - box.clientHeight / 2;
  }
  state.hereLine = here;
}

// ---- what was played ----

// How many stages the strip has room for: all, once they are played; else some ahead.
function stripEnd() {
  const s = state.session, n = s.stages.n, total = s.about.stages;
  if (s.ended || s.closed) return Math.max(1, n);
  if (total <= 200 || n * 3 > total) return total;
  let room = 100;
  while (room < n) room *= 2;
  return Math.min(room, total);
}

function stripWindow() {
  const last = stripEnd();
  if (!state.zoom) return [1, last];
  const middle = Math.max(1, state.at.stage || 1);
  const first = Math.max(1, Math.min(middle - ZOOM, last - 2 * ZOOM));
  return [first, Math.min(last, first + 2 * ZOOM)];
}

function renderStrip() {
  const s = state.session, box = $("strip-box"), width = box.clientWidth, until = state.at.stage;
  const wide = stripEnd() > 3 * ZOOM;
  $("zoom").hidden = !wide;
  if (!wide) state.zoom = false;
  $("zoom").setAttribute("aria-pressed", String(state.zoom));
  const win = stripWindow();
  const none = s.stages.n === 0;
  $("strip").hidden = none;
  box.querySelector(".empty")?.remove();
  if (none) {
    box.append(make("div", { class: "empty" }, make("b", {}, "Nothing was played so far"),
      make("span", {}, s.ended ? `It ended before: ${w.outcome(s.ended.outcome, s.about)}.` : "The stages appear here, one after the other, once all have signed.")));
  } else {
    $("strip").style.height = `${d.stripHeight(width, s.n)}px`;
    state.strip = d.drawStrip($("strip"), state.colours, s, win, until, colourOf);
  }
  const names = actionNames();
  const ranges = f.punishedRanges(s, until), deviations = s.deviations.filter(k => k.stage > 0 && k.stage <= until);
  $("strip-note").textContent = state.strip && !none && state.strip.cells.per > 1
    ? `One row per node, one column for ${w.count(state.strip.cells.per, "stage", "stages")}: colours show how often each action was played.`
    : "One row per node, one cell per stage; the colour is the action.";
  $("strip-note").hidden = none;
  legend($("strip-legend"), none ? [] : [
    ...names.slice(0, d.ACTION_COLOURS).map((t, k) => ["action", t, null, `var(--a${k})`]),
    ...(deviations.length ? [["deviation", deviations.length === 1 ? "deviation" : "deviations", deviations.length]] : []),
    ...(ranges.length ? [["punishment", "punishment", null]] : [])]);
  const text = until === 0 ? "" : `Up to stage ${until}: ${deviations.map(k => `in stage ${k.stage} ${w.deviation(s.about, k)}`).join("; ") || "no deviation"}. ${ranges.map(([a, b]) => `Punishment in ${w.stages(a, b)}.`).join(" ")}`;
  if ($("strip-text").textContent !== text) $("strip-text").textContent = text;
  renderEarned(win, none);
  renderPaid();
}

function renderEarned(win, none) {
  const s = state.session, width = $("earned-box").clientWidth;
  const players = s.about.payoffs_of.map(k => k - 1), until = state.at.stage;
  const shown = !none && players.length > 0 && until > 0;
  $("earned-title").hidden = $("earned-note").hidden = none;
  $("earned-box").hidden = !shown;
  if (none) return;
  $("earned-note").textContent = players.length === 0
    ? "What the stages were worth is not known here: no payoffs were given."
    : until === 0 ? "Nothing is earned before the first stage."
    : "The line is what each has earned per stage so far; dashed is what was agreed, dotted the threat.";
  if (!shown) return;
  $("earned").style.height = `${d.earnedHeight(width, players.length)}px`;
  d.drawEarned($("earned"), state.colours, s, win, until, players);
  const text = players.map(i => `${s.about.players[i].name}: earned ${w.number(f.averageAt(s, until, i))} per stage, agreed ${w.number(s.agreement?.payoffs?.[i])}.`).join(" ");
  if ($("earned-text").textContent !== text) $("earned-text").textContent = text;
}

// Each deviation against the theory: what it gained, what it has cost since.
function renderPaid() {
  const s = state.session, box = $("paid"), until = state.at.stage;
  const rows = s.deviations.filter(k => k.stage > 0 && k.stage <= until).slice(-PAID_SHOWN).map(k => {
    const sums = w.reckoning(s, k, until);
    return sums === null ? null : [`Stage ${k.stage.toLocaleString("en")}: ${w.deviation(s.about, k)}`,
      `${sums.replace(/^./, c => c.toUpperCase())}. ${w.deterrence(s, k)}`];
  }).filter(Boolean);
  const key = JSON.stringify(rows);
  box.hidden = rows.length === 0;
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...rows.map(([head, text]) => make("li", {}, make("b", {}, head), text)));
}

function stageAt(event) {
  const r = $("strip").getBoundingClientRect(), k = state.strip;
  if (!k) return 0;
  const stage = k.first + Math.floor(((event.clientX - r.left - k.left) / k.cells.size) * k.cells.per);
  return event.clientX - r.left < k.left || stage > Math.min(k.last, state.session.stages.n) ? 0 : Math.max(k.first, stage);
}

function startStrip() {
  const canvas = $("strip"), tip = $("strip-tip");
  const tell = event => {
    const stage = stageAt(event), s = state.session;
    if (stage === 0 || stage > state.at.stage) { tip.hidden = true; return; }
    const here = s.deviations.filter(k => k.stage === stage);
    const mode = ["as agreed", "punishment", "no agreement"][f.modeOf(s, stage)];
    const list = s.about.players.map((_, i) => f.actionOf(s, stage, i));
    tip.replaceChildren(make("b", {}, `Stage ${stage.toLocaleString("en")}: ${mode}`), make("div", {}, w.actions(s.about, list)),
      ...here.map(k => make("div", {}, w.deviation(s.about, k))));
    const r = canvas.getBoundingClientRect();
    placeTip(tip, $("strip-box"), event.clientX - r.left, event.clientY - r.top);
  };
  canvas.addEventListener("pointermove", tell);
  canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
  canvas.addEventListener("click", event => {
    const stage = stageAt(event);
    if (stage > 0) go({ step: state.session.steps.length - 1, stage });
  });
  canvas.addEventListener("keydown", event => {
    const n = state.session.stages.n, page = Math.max(10, Math.round(n / 20));
    const to = { ArrowRight: state.at.stage + 1, ArrowLeft: state.at.stage - 1, PageUp: state.at.stage - page,
                 PageDown: state.at.stage + page, Home: 1, End: n }[event.key];
    if (to === undefined || n === 0) return;
    event.preventDefault();
    go({ step: state.session.steps.length - 1, stage: Math.max(1, Math.min(n, to)) });
  });
  $("zoom").addEventListener("click", () => { state.zoom = !state.zoom; redraw(); });
}

// ---- the nodes ----

const doing = { hello: "Looking for the others", regret: "Looking for a threat", punish: "Looking for a threat", "punish-ok": "Looking for a threat",
  punish_ok: "Looking for a threat", propose: "Asking, and being asked", answer: "Asking, and being asked", set: "In the lottery", reveal: "In the lottery",
  prune: "In the lottery", length: "Settling the punishment", sign: "Signing", start: "Signing", act: "Playing", commit: "Playing", show: "Playing",
  restore: "Restoring the agreement", end: "Saying goodbye", over: "Done" };

// {kind, words, since}: how a node is, what to do about it, and since when.
function condition(n) {
  const about = state.about, at = ms => `since ${w.clock(ms)}${ms > 1e12 ? ` (${w.duration(now() - ms)})` : ""}`;
  if (n.state === "absent") return n.file
    ? { kind: "warn", words: "No log yet", since: "It has not started, or writes elsewhere: start it with treaty node." }
    : { kind: "warn", words: "Does not answer yet", since: `${n.words ?? "it was not asked yet"}; start it with treaty node --http` };
  if (n.state === "broken") return { kind: "bad", words: "Its log is broken", since: n.words };
  if (n.state === "gone") return { kind: "bad", words: "Does not answer", since: `${at(n.gone_since_ms)}: ${n.words}. It is asked again every second` };
  const place = `${n.stages > 0 ? `stage ${n.stages.toLocaleString("en")}` : `round ${(n.round ?? 0).toLocaleString("en")}`}`;
  if (n.ended) return { kind: n.outcome === "played" ? "done" : "warn",
    words: n.outcome === "played" ? `Done: ${w.outcome("played", about)}` : `Stopped in ${place}: ${w.outcome(n.outcome, about)}`, since: at(n.last_ms) };
  if (n.state === "closed") return { kind: "warn", words: `Was stopped in ${place}`, since: `${at(n.last_ms)}; started again, it goes on from there` };
  if (n.last_ms < 1e12 && state.nodes.some(k => k.ended)) // in a simulation nobody comes back
    return { kind: "bad", words: `Its log ends in ${place}`, since: `${at(n.last_ms)}: it was killed` };
  if (n.waiting) return { kind: "warn", words: `Waits for ${w.names(about, n.waiting.missing)}`,
    since: `${at(n.waiting.since_ms)}${n.waiting.until_ms ? `; gives up at ${w.clock(n.waiting.until_ms)}` : ""}` };
  if (quiet(n)) return { kind: "bad", words: `Silent in ${place}`, since: `nothing was written ${at(n.last_ms)}: it was killed, or its machine is off` };
  return { kind: "live", words: `${doing[n.phase] ?? n.phase}${n.stages > 0 ? `, ${place} of ${about.stages.toLocaleString("en")}` : ""}`, since: at(n.since_ms) };
}

function renderNodes() {
  const box = $("nodes");
  if (box.children.length !== state.nodes.length) {
    box.replaceChildren(...state.nodes.map(n => make("li", { class: "node" },
      make("h3", {}, make("i", { class: "dot", "aria-hidden": "true" }), make("span", {}, w.name(state.about, n.node))),
      make("p", { class: "state" }), make("p", { class: "since" }), make("p", { class: "fault" }), make("p", { class: "facts" }),
      make("p", { class: "links" }, make("a", { href: `/data/log?node=${n.node}`, download: `node-${n.node}.log` }, "download its log"),
        make("a", { href: `/data/log?node=${n.node}&as=json`, download: `node-${n.node}.jsonl` }, "as JSON")))));
  }
  state.nodes.forEach((n, k) => {
    const li = box.children[k], c = condition(n);
    const put = (selector, text) => { const e = li.querySelector(selector); if (e.textContent !== text) e.textContent = text; };
    li.className = `node ${c.kind}`;
    put(".state", c.words);
    put(".since", c.since);
    const own = state.session.deviations.filter(x => x.node === n.node);
    const shown = own.slice(0, 2).map(x => x.stage > 0 ? `broke the agreement in stage ${x.stage.toLocaleString("en")}` : w.deviation(state.about, x));
    put(".fault", own.length ? `Proven: ${w.list(shown)}${own.length > 2 ? `, and ${own.length - 2} more` : ""}` : "");
    put(".facts", n.records ? `${w.count(n.records, "record", "records")}, ${w.count(n.round ?? 0, "round", "rounds")}` : "");
    li.querySelector(".links").hidden = n.state === "absent" || !n.file;
  });
}

// ---- the timeline ----

function renderPlayer() {
  const s = state.session, slider = $("slider"), list = state.moments;
  const k = f.momentIndex(list, state.at);
  slider.max = list.length - 1;
  slider.value = k;
  const at = state.at, step = s.steps[at.step];
  const names = { start: "the beginning", threat: "the threat is found", no_threat: "no threat is found", asked: step.round ? `round ${step.round}: ${w.count(step.fresh, "proposal", "proposals")}` : "asking",
    drawn: `draw ${step.draw}`, pruned: `pruning: ${step.left} left`, selected: "the best of them", agreed: "agreed", signed: "signed", no_agreement: "nothing suits all" };
  const deviation = s.deviations.find(x => x.stage === at.stage && at.stage > 0);
  const text = at.stage > 0 ? `stage ${at.stage.toLocaleString("en")} of ${s.stages.n.toLocaleString("en")}${deviation ? ": a deviation" : s.stages.mode[at.stage - 1] === 1 ? ": punishment" : ""}` : names[step.kind];
  slider.setAttribute("aria-valuetext", text);
  $("moment").textContent = text;
  $("live").hidden = state.following || k === list.length - 1;
  $("play").setAttribute("aria-label", state.playing ? "Pause" : "Play from the beginning");
  $("play").firstElementChild.textContent = state.playing ? "❚❚" : "▶";
  renderSegments(list);
}

function renderSegments(list) {
  const s = state.session, box = $("track"), n = list.length - 1;
  const key = `${s.steps.length},${list.length},${s.deviations.length},${box.clientWidth}`;
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  if (n < 1) { box.replaceChildren(); return; }
  const where = k => `${(k / n) * 100}%`, play = list.findIndex(m => m.stage > 0), parts = [];
  const segment = (from, to, text) => {
    const e = make("span", {}, text);
    e.style.left = where(from);
    e.style.width = where(to - from);
    parts.push(e);
  };
  segment(0, s.stages.n > 0 ? play - 0.5 : n, "negotiation");
  if (s.stages.n > 0) segment(play - 0.5, n, "play");
  for (const dev of s.deviations.slice(0, 200)) {
    if (dev.stage === 0) continue;
    const e = make("i");
    e.style.left = where(f.momentIndex(list, dev));
    parts.push(e);
  }
  box.replaceChildren(...parts);
}

function go(at) {
  stop();
  const last = state.moments.at(-1);
  state.at = at;
  state.following = at.step === last.step && at.stage === last.stage;
  redraw();
}

function stop() {
  if (state.playing) clearTimeout(state.playing);
  state.playing = null;
}

// How long a moment stays: what matters stays longer.
function dwell(at) {
  const base = Math.max(30, Math.min(320, 12000 / state.moments.length));
  if (at.stage > 0) return state.session.deviations.some(x => x.stage === at.stage) ? 1400 : base;
  return { threat: 900, drawn: 900, pruned: 700, selected: 900, agreed: 1100, signed: 700 }[state.session.steps[at.step].kind] ?? base;
}

function play() {
  let k = f.momentIndex(state.moments, state.at);
  if (k >= state.moments.length - 1) k = -1;
  const next = () => {
    k++;
    state.at = state.moments[Math.min(k, state.moments.length - 1)];
    state.following = k >= state.moments.length - 1;
    state.playing = state.following ? null : setTimeout(next, dwell(state.at));
    redraw();
  };
  state.playing = setTimeout(next, 0);
}

function startPlayer() {
  $("slider").addEventListener("input", () => go(state.moments[Number($("slider").value)]));
  $("play").addEventListener("click", () => { if (state.playing) stop(); else play(); redraw(); });
  $("live").addEventListener("click", () => go(state.moments.at(-1)));
  document.addEventListener("keydown", event => {
    if (event.target.closest("input, select, button, a, canvas, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") { event.preventDefault(); $("play").click(); return; }
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    const k = f.momentIndex(state.moments, state.at) + move;
    if (state.moments[k]) { event.preventDefault(); go(state.moments[k]); }
  });
}

// ---- events ----

function begin() {
  state.session = f.newSession(state.about);
  state.session.edition = Math.random();
  state.caughtUp = false;
  state.following = true;
  state.at = { step: 0, stage: 0 };
  state.chosen = null;
  stop();
}

function listen(node) {
  state.source?.close();
  state.view = node;
  begin();
  $("view").value = node;
  const source = new EventSource(`/data/events?node=${node}`);
  state.source = source;
  source.onopen = () => { state.lost = false; redraw(); };
  source.onerror = () => { state.lost = true; redraw(); };
  source.onmessage = event => { f.fold(state.session, JSON.parse(event.data)); redraw(); };
  source.addEventListener("reset", () => { begin(); redraw(); });
  source.addEventListener("nodes", event => {
    const { now_ms, nodes } = JSON.parse(event.data);
    state.clockOffset = now_ms - Date.now();
    state.nodes = nodes;
    const numbers = nodes.map(n => n.node);
    if (numbers.join() !== state.about.nodes.join()) { // a node has said who it is
      state.about.nodes = numbers;
      startView();
      if (!numbers.includes(state.view)) listen(numbers[0]);
    }
    redraw();
  });
  source.addEventListener("now", () => {
    state.caughtUp = true;
    redraw();
  });
}

function startView() {
  const about = state.about;
  $("title").textContent = about.game;
  document.title = `${about.game} · treaty`;
  const who = about.players.map(p => p.name);
  $("subtitle").textContent = `${who.length <= 6 ? w.list(who) : `${who.length} players`}, in ${w.count(about.stages, "stage", "stages")}${about.test ? " (a test: nodes may be told to cheat)" : ""}`;
  $("version").textContent = `treaty ${about.version}`;
  $("view-label").hidden = about.nodes.length < 2;
  $("view").replaceChildren(...about.nodes.map(k => make("option", { value: k }, w.name(about, k))));
  $("view").onchange = () => listen(Number($("view").value));
}

async function start() {
  startTheme();
  $("banner").textContent = "The observer does not answer. What is shown is what was known before; it is asked again every second.";
  let answer;
  try {
    answer = await fetch("/data/about");
  } catch {
    state.lost = true;
    $("banner").hidden = false;
    setTimeout(start, 1000);
    return;
  }
  state.about = await answer.json();
  state.actionIndex = new Map(actionNames().map((t, k) => [t, k]));
  state.nodes = state.about.nodes.map(node => ({ node, state: "absent", file: state.about.place !== "" }));
  begin();
  startView();
  startAxes();
  startPlane();
  startStrip();
  startPlayer();
  listen(state.about.first);
  new ResizeObserver(redraw).observe(document.querySelector("main"));
  setInterval(redraw, 1000); // what is said of times goes on
  redraw();
}

start();
