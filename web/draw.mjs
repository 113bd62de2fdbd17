// SPDX-License-Identifier: MIT
// Pictures on canvas: they stay smooth with ten thousand proposals and a hundred thousand
// stages. Colours come from page.css.
import * as f from "./fold.mjs";
import { columns, extent, frontier, thin, ticks } from "./geometry.mjs";
import { number } from "./words.mjs";

export const ACTION_COLOURS = 8;
const TAU = 2 * Math.PI;

export function palette() {
  const style = getComputedStyle(document.documentElement);
  const get = key => style.getPropertyValue(`--${key}`).trim();
  const p = {};
  for (const key of ["bg", "card", "raise", "ink", "soft", "faint", "line", "strong", "good", "bad", "warn",
                     "draw", "table", "hull", "punish", "sans"]) p[key] = get(key);
  p.action = Array.from({ length: ACTION_COLOURS }, (_, k) => get(`a${k}`));
  return p;
}

// The context of a canvas that is as fine as the screen, cleared; null where it has no room.
function prepare(canvas) {
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (width === 0 || height === 0) return null;
  const fine = Math.min(3, window.devicePixelRatio || 1);
  if (canvas.width !== Math.round(width * fine) || canvas.height !== Math.round(height * fine)) {
    canvas.width = Math.round(width * fine);
    canvas.height = Math.round(height * fine);
  }
  const c = canvas.getContext("2d");
  c.setTransform(fine, 0, 0, fine, 0, 0);
  c.clearRect(0, 0, width, height);
  return { c, width, height };
}

function font(c, p, size, weight = 400) { c.font = `${weight} ${size}px ${p.sans}`; }

// ---- marks, the same in the plane and in its legend ----

export function star(c, x, y, r) {
  c.beginPath();
  for (let k = 0; k < 10; k++) {
    const a = -Math.PI / 2 + (k * Math.PI) / 5, q = k % 2 ? r * 0.45 : r;
    c[k ? "lineTo" : "moveTo"](x + q * Math.cos(a), y + q * Math.sin(a));
  }
  c.closePath();
}
function cross(c, x, y, r) {
  c.moveTo(x - r, y - r); c.lineTo(x + r, y + r);
  c.moveTo(x - r, y + r); c.lineTo(x + r, y - r);
}

// ---- the payoff plane ----

const ground = { key: "", canvas: document.createElement("canvas"), points: [] };

// axes: {x, y}, each a player from 0, or "round". Returns the points that can be pointed at.
export function drawPlane(canvas, p, session, at, axes, plane, chosen) {
  const base = prepare(canvas);
  if (!base) return [];
  const { c, width, height } = base;
  const box = { left: 54, top: 12, right: width - 14, bottom: height - 40 };
  const value = (payoffs, axis, round) => (axis === "round" ? round : payoffs?.[axis] ?? null);
  const rounds = session.steps.at(-1).round ?? session.candidates.at(-1)?.round ?? 1;
  const spread = axis => {
    if (axis === "round") return [0, Math.max(1, rounds, session.candidates.at(-1)?.round ?? 1)];
    const player = session.about.players[axis];
    return extent([player.least, player.greatest], 0.06);
  };
  const [x0, x1] = spread(axes.x), [y0, y1] = spread(axes.y);
  const sx = v => box.left + ((v - x0) / (x1 - x0)) * (box.right - box.left);
  const sy = v => box.bottom - ((v - y0) / (y1 - y0)) * (box.bottom - box.top);

  const threat = session.threat && session.threat.step <= at.step ? session.threat.payoffs : null;
  const key = [session.edition, at.step, session.candidates.length, axes.x, axes.y, canvas.width, canvas.height, p.card, p.table, plane !== null && plane !== undefined].join();
  if (ground.key !== key) { // it changes with the negotiation, not with the stages
    ground.key = key;
    drawAxes(c, p, box, [x0, x1], [y0, y1], sx, sy, axes, session.about);
    c.save();
    c.beginPath(); c.rect(box.left - 8, box.top - 8, box.right - box.left + 16, box.bottom - box.top + 16); c.clip();
    if (plane) drawPossible(c, p, plane, sx, sy);
    if (threat) drawBetterThan(c, p, box, threat, axes, sx, sy);
    ground.points = drawCandidates(c, p, session, at, axes, value, sx, sy);
    c.restore();
    ground.canvas.width = canvas.width;
    ground.canvas.height = canvas.height;
    ground.canvas.getContext("2d").drawImage(canvas, 0, 0);
  } else c.drawImage(ground.canvas, 0, 0, width, height);
  const points = ground.points.slice();
  drawSpecial(c, p, session, at, axes, value, sx, sy, threat, points, box);
  if (chosen) {
    const q = points.find(q => q.candidate === chosen.candidate && q.kind === chosen.kind);
    if (q) { c.strokeStyle = p.ink; c.lineWidth = 1.5; c.beginPath(); c.arc(q.x, q.y, 9, 0, TAU); c.stroke(); }
  }
  return points;
}

function drawAxes(c, p, box, [x0, x1], [y0, y1], sx, sy, axes, about) {
  const title = axis => (axis === "round" ? "round in which it was asked" : `${about.players[axis].name} gets`);
  font(c, p, 11.5);
  c.lineWidth = 1;
  c.textAlign = "center"; c.textBaseline = "top";
  for (const v of ticks(x0, x1, Math.max(2, (box.right - box.left) / 80))) {
    c.strokeStyle = p.line; c.beginPath(); c.moveTo(sx(v), box.top); c.lineTo(sx(v), box.bottom); c.stroke();
    c.fillStyle = p.soft; c.fillText(number(v), sx(v), box.bottom + 6);
  }
  c.textAlign = "right"; c.textBaseline = "middle";
  for (const v of ticks(y0, y1, Math.max(2, (box.bottom - box.top) / 60))) {
    c.strokeStyle = p.line; c.beginPath(); c.moveTo(box.left, sy(v)); c.lineTo(box.right, sy(v)); c.stroke();
    c.fillStyle = p.soft; c.fillText(number(v), box.left - 7, sy(v));
  }
  font(c, p, 12, 600);
  c.fillStyle = p.ink;
  c.textAlign = "right"; c.textBaseline = "bottom";
  c.fillText(`${title(axes.x)} →`, box.right, box.bottom + 39);
  c.save();
  c.translate(2, box.top); c.rotate(-Math.PI / 2);
  c.textAlign = "right"; c.textBaseline = "top";
  c.fillText(`${title(axes.y)} →`, 0, 0);
  c.restore();
}

function drawPossible(c, p, plane, sx, sy) {
  const path = points => points.forEach(([x, y], k) => c[k ? "lineTo" : "moveTo"](sx(x), sy(y)));
  c.beginPath(); path(plane.hull); c.closePath();
  c.fillStyle = p.hull; c.fill();
  c.strokeStyle = p.strong; c.lineWidth = 1; c.stroke();
  c.beginPath(); path(frontier(plane.hull));
  c.strokeStyle = p.soft; c.lineWidth = 2.5; c.lineJoin = "round"; c.stroke();
  c.fillStyle = p.faint;
  for (const [x, y] of plane.pure ?? []) c.fillRect(sx(x) - 2.5, sy(y) - 2.5, 5, 5);
}

// Where both have more than the threat gives them.
function drawBetterThan(c, p, box, threat, axes, sx, sy) {
  const x = axes.x === "round" ? null : threat[axes.x], y = axes.y === "round" ? null : threat[axes.y];
  c.strokeStyle = p.faint; c.lineWidth = 1; c.setLineDash([3, 4]);
  c.beginPath();
  if (x !== null && x !== undefined) { c.moveTo(sx(x), sy(y ?? 0)); c.lineTo(sx(x), box.top); }
  if (y !== null && y !== undefined) { c.moveTo(x === null ? box.left : sx(x), sy(y)); c.lineTo(box.right, sy(y)); }
  c.stroke(); c.setLineDash([]);
}

// A mark as a picture, so that thousands of them are quick.
const stamps = new Map();
function stamp(kind, colour, alpha, fine) {
  const key = `${kind} ${colour} ${alpha} ${fine}`;
  if (stamps.has(key)) return stamps.get(key);
  if (stamps.size > 60) stamps.clear(); // other themes' and screens'
  const canvas = document.createElement("canvas"), size = 12;
  canvas.width = canvas.height = size * fine;
  const c = canvas.getContext("2d");
  c.scale(fine, fine);
  c.globalAlpha = alpha;
  c.strokeStyle = c.fillStyle = colour;
  c.lineWidth = kind === "pruned" ? 1.2 : 1;
  c.beginPath();
  if (kind === "pruned") cross(c, size / 2, size / 2, 2.6);
  else c.arc(size / 2, size / 2, kind === "table" ? 3.6 : 2, 0, TAU);
  if (kind === "table") c.fill(); else c.stroke();
  stamps.set(key, canvas);
  return canvas;
}

function drawCandidates(c, p, session, at, axes, value, sx, sy) {
  const points = [], layer = { refused: [], pruned: [], table: [] };
  for (const k of session.candidates) {
    const kind = k && f.standing(k, at.step);
    if (!kind) continue;
    const x = value(k.payoffs, axes.x, k.round), y = value(k.payoffs, axes.y, k.round);
    if (x === null || y === null) continue;
    layer[kind].push({ x: sx(x), y: sy(y), kind, candidate: k });
  }
  const many = layer.refused.length + layer.pruned.length + layer.table.length > 1500;
  const fine = c.getTransform().a;
  const looks = { refused: [p.faint, many ? 0.45 : 0.8], pruned: [p.table, many ? 0.45 : 0.75], table: [p.table, many ? 0.75 : 0.95] };
  for (const [kind, [colour, alpha]] of Object.entries(looks)) {
    const mark = stamp(kind, colour, alpha, fine);
    const snap = v => Math.round((v - 6) * fine) / fine; // whole pixels stay sharp
    for (const q of layer[kind]) c.drawImage(mark, snap(q.x), snap(q.y), 12, 12);
  }
  return points.concat(layer.refused, layer.pruned, layer.table);
}

function drawSpecial(c, p, session, at, axes, value, sx, sy, threat, points, box) {
  const place = (payoffs, round) => {
    const x = value(payoffs, axes.x, round), y = value(payoffs, axes.y, round);
    return x === null || y === null ? null : { x: sx(x), y: sy(y) };
  };
  const labels = [];
  const end = session.candidates.at(-1)?.round ?? 1;
  const at0 = threat && place(threat, end * 0.03); // it was there before the first round
  if (at0) {
    c.fillStyle = p.ink; c.strokeStyle = p.card; c.lineWidth = 2;
    c.beginPath(); c.moveTo(at0.x - 7, at0.y - 5); c.lineTo(at0.x + 7, at0.y - 5); c.lineTo(at0.x, at0.y + 7); c.closePath();
    c.stroke(); c.fill();
    labels.push({ ...at0, text: "threat", colour: p.ink });
    points.push({ ...at0, kind: "threat" });
  }
  const drawn = f.drawnAt(session, at.step);
  const ring = drawn && place(drawn.payoffs, drawn.round);
  if (ring) {
    c.strokeStyle = p.card; c.lineWidth = 5; c.beginPath(); c.arc(ring.x, ring.y, 10, 0, TAU); c.stroke();
    c.strokeStyle = p.draw; c.lineWidth = 2.5; c.beginPath(); c.arc(ring.x, ring.y, 10, 0, TAU); c.stroke();
    points.push({ ...ring, kind: "drawn", candidate: drawn });
  }
  const agreed = session.agreement && session.agreement.step <= at.step ? session.agreement : null;
  const asked = agreed && session.candidates[agreed.id - 1];
  const star0 = agreed && place(agreed.payoffs, asked?.round ?? end);
  if (star0) {
    c.fillStyle = p.good; c.strokeStyle = p.card; c.lineWidth = 3; c.lineJoin = "round";
    star(c, star0.x, star0.y, 10.5); c.stroke(); c.fill();
    labels.push({ ...star0, text: "agreed", colour: p.good });
    points.push({ ...star0, kind: "agreed", candidate: asked ?? null });
  } else if (ring) labels.push({ ...ring, text: "drawn", colour: p.draw });
  if (at.stage > 0 && axes.x !== "round") {
    const played = place(session.about.players.map((_, i) => f.averageAt(session, at.stage, i)), end);
    if (played) {
      c.strokeStyle = p.warn; c.fillStyle = p.card; c.lineWidth = 2.5;
      c.beginPath(); c.arc(played.x, played.y, 5, 0, TAU); c.fill(); c.stroke();
      labels.push({ ...played, text: "earned so far", colour: p.warn });
      points.push({ ...played, kind: "earned" });
    }
  }
  placeLabels(c, p, labels, box);
}

// Beside its mark, where it neither leaves the box nor covers another label.
function placeLabels(c, p, labels, box) {
  const taken = labels.map(l => ({ x: l.x - 9, y: l.y - 9, w: 18, h: 18 }));
  font(c, p, 12.5, 650);
  for (const l of labels) {
    const w = c.measureText(l.text).width, h = 15;
    const tries = [[14, -8], [-w - 14, -8], [-w / 2, -28], [-w / 2, 14], [14, 10], [-w - 14, 10], [14, -26], [-w - 14, -26]];
    const spot = tries.map(([dx, dy]) => ({ x: l.x + dx, y: l.y + dy, w, h })).find(r =>
      r.x >= box.left + 2 && r.x + w <= box.right + 8 && r.y >= box.top - 8 && r.y + h <= box.bottom + 2 &&
      !taken.some(t => r.x < t.x + t.w && t.x < r.x + r.w && r.y < t.y + t.h && t.y < r.y + r.h));
    const r = spot ?? { x: Math.min(l.x + 14, box.right - w), y: l.y - 8, w, h };
    taken.push(r);
    c.textAlign = "left"; c.textBaseline = "top";
    c.strokeStyle = p.card; c.lineWidth = 4; c.lineJoin = "round";
    c.strokeText(l.text, r.x, r.y + 1);
    c.fillStyle = l.colour; c.fillText(l.text, r.x, r.y + 1);
  }
}

// ---- the stages ----

export const NAMES_WIDTH = 112; // beside the rows, where the page is wide
export function stripLayout(width, n) {
  const narrow = width < 620;
  const row = n > 8 ? 16 : n > 5 ? 20 : 26;
  return { narrow, row, name: narrow ? 17 : 0, gap: 5, left: narrow ? 0 : NAMES_WIDTH, right: narrow ? 0 : 8,
           top: 20, bottom: 24 };
}
export function stripHeight(width, n) {
  const l = stripLayout(width, n);
  return l.top + n * (l.row + l.name + l.gap) + l.bottom;
}

// first, last: the stages that have room; until: those that are played by now.
export function drawStrip(canvas, p, session, window, until, colourOf) {
  const base = prepare(canvas);
  if (!base) return null;
  const { c, width, height } = base, n = session.n, l = stripLayout(width, n);
  const [first, last] = window;
  const across = width - l.left - l.right;
  const cells = columns(first, last, across, 3);
  const x = stage => l.left + ((stage - first) / cells.per) * cells.size;
  const rowTop = i => l.top + i * (l.row + l.name + l.gap) + l.name;
  const bottom = height - l.bottom;

  c.fillStyle = p.raise;
  for (let i = 0; i < n; i++) { c.beginPath(); c.roundRect(l.left, rowTop(i), across, l.row, 5); c.fill(); }
  drawPunished(c, p, f.punishedRanges(session, until), window, x, l, bottom);
  const shown = Math.min(last, until);
  for (let i = 0; i < n; i++) {
    drawRow(c, session, i, first, shown, cells, x, rowTop(i), l.row, colourOf, p);
    font(c, p, l.narrow ? 12 : 13, 550);
    c.fillStyle = p.ink; c.textBaseline = "middle"; c.textAlign = l.narrow ? "left" : "right";
    const name = fit(c, session.about.players[i].name, l.narrow ? width : l.left - 14);
    c.strokeStyle = p.card; c.lineWidth = 4; c.lineJoin = "round";
    c.strokeText(name, l.narrow ? 0 : l.left - 12, rowTop(i) + (l.narrow ? -8 : l.row / 2));
    c.fillText(name, l.narrow ? 0 : l.left - 12, rowTop(i) + (l.narrow ? -8 : l.row / 2));
  }
  drawDeviations(c, p, session, first, shown, cells, x, rowTop, l);
  drawStageNumbers(c, p, first, last, x, cells, bottom, width - l.right);
  drawCursor(c, p, until, first, last, x, cells, l.top - 6, bottom);
  return { left: l.left, x, cells, first, last, rowTop, row: l.row };
}

function fit(c, text, width) {
  if (c.measureText(text).width <= width) return text;
  let size = text.length;
  while (size > 1 && c.measureText(text.slice(0, size) + "…").width > width) size--;
  return text.slice(0, size) + "…";
}

function drawPunished(c, p, ranges, [first, last], x, l, bottom) {
  for (const [from, to] of ranges) {
    if (to < first || from > last) continue;
    const a = x(Math.max(from, first)), b = Math.max(x(Math.min(to, last) + 1), a + 2);
    c.fillStyle = p.punish; c.globalAlpha = 0.55;
    c.beginPath(); c.roundRect(a - 1, l.top - 7, b - a + 1, bottom - l.top + 9, 4); c.fill();
    c.globalAlpha = 1;
    font(c, p, 11, 600);
    if (b - a > 74) { c.fillStyle = p.soft; c.textAlign = "center"; c.textBaseline = "bottom"; c.fillText("punishment", (a + b) / 2, l.top - 8); }
  }
}

function drawRow(c, session, player, first, shown, cells, x, top, row, colourOf, p) {
  const gap = cells.size > 7 ? 1.5 : cells.size > 4 ? 1 : 0;
  if (cells.per === 1) {
    for (let s = first; s <= shown; s++) {
      c.fillStyle = colourOf(player, f.actionOf(session, s, player));
      c.beginPath();
      c.roundRect(x(s), top, Math.max(1, cells.size - gap), row, cells.size > 9 ? 3 : 0);
      c.fill();
    }
    return;
  }
  const actions = session.about.players[player].actions.length, counts = new Uint32Array(actions);
  for (let from = first; from <= shown; from += cells.per) {
    const to = Math.min(shown, from + cells.per - 1);
    counts.fill(0);
    for (let s = from; s <= to; s++) counts[f.actionOf(session, s, player)]++;
    const left = Math.floor(x(from)), right = Math.max(left + 1, Math.floor(x(from + cells.per)));
    let y = top;
    for (let k = 0; k < actions; k++) {
      const h = (counts[k] / (to - from + 1)) * row;
      if (h > 0) { c.fillStyle = colourOf(player, k); c.fillRect(left, y, right - left, h); y += h; }
    }
  }
}

function drawDeviations(c, p, session, first, shown, cells, x, rowTop, l) {
  let lastX = -Infinity;
  for (const d of session.deviations) {
    if (d.stage < first || d.stage > shown) continue;
    const at = x(d.stage), size = Math.max(cells.per === 1 ? cells.size - 1 : 3, 5);
    const left = Math.round(at + (Math.min(cells.size, size) - size) / 2);
    if (at - lastX < 1 && cells.per > 1) continue;
    lastX = at;
    const top = rowTop(d.node - 1);
    c.strokeStyle = p.card; c.lineWidth = 5; c.beginPath(); c.roundRect(left - 1, top - 1, size + 2, l.row + 2, 3); c.stroke();
    c.strokeStyle = p.bad; c.lineWidth = 2.5; c.beginPath(); c.roundRect(left - 1, top - 1, size + 2, l.row + 2, 3); c.stroke();
    c.fillStyle = p.bad; c.beginPath();
    c.moveTo(left + size / 2 - 5, l.top - 15); c.lineTo(left + size / 2 + 5, l.top - 15); c.lineTo(left + size / 2, l.top - 7); c.closePath(); c.fill();
  }
}

function drawStageNumbers(c, p, first, last, x, cells, bottom, right) {
  font(c, p, 11.5); c.fillStyle = p.soft; c.textBaseline = "top"; c.textAlign = "center";
  const list = ticks(first, last, Math.max(2, (right - x(first)) / 90)).filter(v => Number.isInteger(v) && v >= first);
  const marks = list[0] === first || list[0] - first < (last - first) / 12 ? [first, ...list.slice(1)] : [first, ...list];
  for (const v of marks) {
    const at = x(v) + (cells.per === 1 ? cells.size / 2 : 0), text = v.toLocaleString("en");
    const half = c.measureText(text).width / 2;
    c.fillText(text, Math.min(Math.max(at, x(first) + half), right - half), bottom + 7);
  }
}

function drawCursor(c, p, until, first, last, x, cells, top, bottom) {
  if (until < first || until > last) return;
  const at = Math.round(x(until) + (cells.per === 1 ? cells.size : cells.size / 2)) + 0.5;
  c.strokeStyle = p.ink; c.lineWidth = 1.5; c.beginPath(); c.moveTo(at, top); c.lineTo(at, bottom + 4); c.stroke();
}

// ---- agreed and earned ----

const EACH = width => (width < 620 ? 92 : 84);
export function earnedHeight(width, players) { return players * EACH(width) + 4; }

export function drawEarned(canvas, p, session, window, until, players) {
  const base = prepare(canvas);
  if (!base) return;
  const { c, width } = base, l = stripLayout(width, session.n), [first, last] = window;
  const left = l.left, across = width - l.right - left;
  const cells = columns(first, last, across, 3);
  const x = stage => left + ((stage - first + 0.5) / cells.per) * cells.size;
  const each = EACH(width), name = l.narrow ? 18 : 0;
  players.forEach((i, k) => {
    const top = 2 + k * each + name, height = each - name - 14;
    const agreed = session.agreement?.payoffs?.[i] ?? null, threat = session.threat?.payoffs?.[i] ?? null;
    const values = thin(Math.max(0, until - first + 1), Math.ceil(across), s => f.averageAt(session, first + s, i));
    const [low, high] = extent([agreed, threat, ...values.map(v => v[1])], 0.12);
    const y = v => top + height - ((v - low) / (high - low)) * height;
    drawEarnedRow(c, p, { x, y, first, left, right: left + across, values, agreed, threat });
    font(c, p, l.narrow ? 12 : 13, 550);
    c.fillStyle = p.ink; c.textBaseline = "middle"; c.textAlign = l.narrow ? "left" : "right";
    c.fillText(fit(c, session.about.players[i].name, l.narrow ? width : l.left - 14), l.narrow ? 0 : l.left - 12, l.narrow ? top - 9 : top + 9);
    font(c, p, 11.5);
    const now = f.averageAt(session, until, i);
    c.fillStyle = p.soft;
    const sums = now === null ? "" : `${number(now)}`;
    if (l.narrow) {
      c.textAlign = "right";
      c.fillText(`${sums} earned · ${number(agreed)} agreed`, width, top - 9);
    } else {
      c.fillText(`${sums} earned`, l.left - 12, top + 25);
      c.fillText(agreed === null ? "" : `${number(agreed)} agreed`, l.left - 12, top + 39);
    }
  });
}

function drawEarnedRow(c, p, { x, y, first, left, right, values, agreed, threat }) {
  const level = (v, colour, dash) => {
    if (v === null) return;
    c.strokeStyle = colour; c.lineWidth = 1.5; c.setLineDash(dash);
    c.beginPath(); c.moveTo(left, y(v)); c.lineTo(right, y(v)); c.stroke(); c.setLineDash([]);
  };
  level(threat, p.faint, [2, 4]);
  level(agreed, p.good, [6, 4]);
  if (values.length === 0) return;
  c.strokeStyle = p.ink; c.lineWidth = 2; c.lineJoin = "round";
  c.beginPath();
  values.forEach(([s, v], k) => c[k ? "lineTo" : "moveTo"](x(first + s), y(v)));
  c.stroke();
  const [s, v] = values.at(-1);
  c.fillStyle = p.ink; c.beginPath(); c.arc(x(first + s), y(v), 3.2, 0, TAU); c.fill();
}
