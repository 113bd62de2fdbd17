// SPDX-License-Identifier: MIT
// Planes, axes and what is nearest. Pure, like fold.mjs.

// Round numbers in [low, high], about `count` of them.
export function ticks(low, high, count) {
  if (!(high > low)) return [low];
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = [1, 2, 5, 10].find(u => u * power >= raw * 0.999) * power;
  const list = [];
  for (let k = Math.ceil(low / unit - 1e-9); k * unit <= high + unit * 1e-9; k++)
    list.push(Number((k * unit).toPrecision(12)));
  return list;
}

// [low, high] around values, with a margin; something wide where all are the same.
export function extent(values, margin) {
  let low = Infinity, high = -Infinity;
  for (const v of values) {
    if (v === null || v === undefined || !Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (low > high) return [0, 1];
  const wide = high - low || Math.abs(high) || 1;
  return [low - wide * margin, high + wide * margin];
}

// The part of a convex hull (counterclockwise) on which neither can have more without the
// other having less: from the best for the second player to the best for the first.
export function frontier(hull) {
  if (hull.length < 2) return hull.slice();
  const better = (a, b, axis) => a[axis] > b[axis] || (a[axis] === b[axis] && a[1 - axis] > b[1 - axis]);
  let right = 0, top = 0;
  hull.forEach((p, k) => {
    if (better(p, hull[right], 0)) right = k;
    if (better(p, hull[top], 1)) top = k;
  });
  const list = [];
  for (let k = right; ; k = (k + 1) % hull.length) {
    list.push(hull[k]);
    if (k === top) break;
  }
  return list.reverse();
}

// The index of the point nearest to (x, y) within reach, or -1. Later points, which are
// drawn on top, win.
export function nearest(points, x, y, reach) {
  let best = -1, least = reach * reach;
  points.forEach((p, k) => {
    const d = (p.x - x) ** 2 + (p.y - y) ** 2;
    if (d <= least) { least = d; best = k; }
  });
  return best;
}

// Stages first .. last over `width` pixels: cells of one stage each where there is room,
// or columns of several.
export function columns(first, last, width, least) {
  const n = last - first + 1;
  if (n <= 0) return { n: 0, per: 1, size: 0 };
  const per = Math.max(1, Math.ceil((n * least) / width));
  const count = Math.ceil(n / per);
  return { n: count, per, size: width / (n / per) };
}

// At most one point per pixel column: first, lowest, highest and last of it.
export function thin(n, width, value) {
  const out = [];
  if (n <= 2 * width) {
    for (let k = 0; k < n; k++) out.push([k, value(k)]);
    return out;
  }
  for (let c = 0; c < width; c++) {
    const from = Math.floor((c * n) / width), to = Math.floor(((c + 1) * n) / width) - 1;
    let low = from, high = from;
    const step = Math.max(1, Math.floor((to - from) / 32));
    for (let k = from; k <= to; k += step) {
      if (value(k) < value(low)) low = k;
      if (value(k) > value(high)) high = k;
    }
    for (const k of [...new Set([from, Math.min(low, high), Math.max(low, high), to])])
      out.push([k, value(k)]);
  }
  return out;
}
