// SPDX-License-Identifier: MIT
// The agreement as a document: who plays what, what follows if somebody does not, who has
// signed, and whether all of it is true.
import * as w from "./words.mjs";

const ROWS_MAX = 12; // of a distribution

let shown = ""; // what the document was last made of
let verdict = null;

// As make, but of what is there.
function fill(box, ...children) { box.replaceChildren(...children.filter(c => c !== null)); }

export function showPaper(state, make) {
  const s = state.session, a = s.agreement, box = document.getElementById("paper");
  const key = JSON.stringify([a?.digest, s.certificate, s.noAgreement, s.noThreat, s.ended, state.view, s.edition, verdict, state.nodes.every(n => n.state === "absent")]);
  if (key === shown) return;
  shown = key;
  if (!a) {
    const why = s.noThreat ? "There is no agreement: nothing was found to punish with, so nothing could be enforced."
      : s.noAgreement ? `There is no agreement: nothing suits everybody. All play the threat: ${w.profile(s.about, s.threat?.profile)}.`
        : s.ended ? `There is no agreement: ${w.outcome(s.ended.outcome, s.about)}.`
          : "Nothing is agreed yet.";
    const any = state.nodes.some(n => n.state !== "absent");
    fill(box, make("p", { class: "note" }, why), any ? buttons(state, make, false) : null, verdictOf(make));
    return;
  }
  const seals = make("ul", { class: "seals" });
  fill(box, make("dl", {},
      make("dt", {}, "Everybody plays"), make("dd", {}, a.distribution ? distribution(s, a, make) : mixes(s, a, make)),
      make("dt", {}, "Whoever does not"), make("dd", {}, `is punished ${w.penalty(a.length)} by the threat, which nobody gains by leaving alone: ${w.profile(s.about, s.threat?.profile)}.`),
      make("dt", {}, "Signed by"), make("dd", {}, seals),
      make("dt", {}, "Digest"), make("dd", { class: "hash" }, a.digest),
      s.certificate ? make("dt", {}, "Certificate") : null, s.certificate ? make("dd", { class: "hash" }, s.certificate) : null),
    buttons(state, make, true), verdictOf(make));
  fillSeals(state, seals, make);
}

// One bar for each player: how often it plays what.
function mixes(s, a, make) {
  const names = [...new Set(s.about.players.flatMap(p => p.actions))];
  const colour = (i, k) => `var(--a${names.indexOf(s.about.players[i].actions[k]) % 8})`;
  const box = make("div");
  s.about.players.forEach((p, i) => {
    const bar = make("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
    let x = 0;
    a.profile[i].forEach((share, k) => {
      bar.append(make("rect", { x: x * 100, y: 0, width: share * 100, height: 10, fill: colour(i, k) }));
      x += share;
    });
    const pay = a.payoffs?.[i];
    box.append(make("div", { class: "mix" }, make("span", {}, p.name), bar,
      make("span", { class: "pay" }, pay === null || pay === undefined ? "" : `gets ${w.number(pay)}`),
      make("span", { class: "what" }, a.profile[i].map((share, k) => [share, k]).filter(([share]) => share > 0)
        .map(([share, k]) => (share === 1 ? `always ${p.actions[k]}` : `${p.actions[k]} ${w.share(share)}`)).join(", "))));
  });
  return box;
}

// A distribution over what all play: the likeliest profiles, as bars.
function distribution(s, a, make) {
  const box = make("div"), rows = w.likeliest(s.about, a.distribution);
  for (const r of rows.slice(0, ROWS_MAX))
    box.append(make("div", { class: "mix" }, make("span", {}, w.actions(s.about, r.actions)),
      make("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
        make("rect", { x: 0, y: 0, width: r.share * 100, height: 10, fill: "var(--table)" })),
      make("span", { class: "pay" }, w.share(r.share))));
  if (rows.length > ROWS_MAX) box.append(make("p", { class: "note" }, `and ${rows.length - ROWS_MAX} rarer ones`));
  const worth = s.about.payoffs_of.map(k => `${w.name(s.about, k)} gets ${w.number(a.payoffs?.[k - 1])}`);
  box.append(make("p", { class: "note" }, s.about.concept === "private"
    ? "One of these is drawn before each stage, and each is told its own part alone."
    : "One of these is drawn before each stage, where everybody sees it.",
  worth.length ? ` On average ${w.list(worth)}.` : ""));
  return box;
}

async function fillSeals(state, seals, make) {
  const mark = shown, answer = await fetch(`/data/agreement?node=${state.view}`).catch(() => null);
  if (!answer?.ok || mark !== shown) return;
  const signatures = (await answer.json()).signatures.sort((x, y) => x.node - y.node);
  seals.replaceChildren(...signatures.map(k => make("li", {}, make("span", { class: "check", "aria-hidden": "true" }, "✓"),
    k.player, make("span", { class: "mono", title: `public key ${k.key}` }, k.key.slice(0, 8)))));
  if (signatures.length === 0) seals.replaceChildren(make("li", {}, "nobody so far"));
}

function buttons(state, make, agreed) {
  const heard = state.about.place === "";
  const button = make("button", { type: "button", class: "main", id: "verify" }, verdict === "running" ? "verifying …" : "Verify it");
  button.disabled = verdict === "running";
  button.addEventListener("click", () => verify(state, make));
  if (heard) return make("div", { class: "actions" }, agreed ? make("span", { class: "note" }, "These nodes are only heard here. Whether all of it is true, treaty verify says where their logs lie.") : null,
    agreed ? make("a", { href: `/data/agreement?node=${state.view}`, download: "agreement.json" }, "download the agreement") : null);
  return make("div", { class: "actions" }, button,
    agreed ? make("a", { href: `/data/agreement?node=${state.view}`, download: "agreement.json" }, "download the agreement") : null,
    make("a", { href: `/data/log?node=${state.view}`, download: `node-${state.view}.log` }, "download the log"));
}

async function verify(state, make) {
  verdict = "running";
  showPaper(state, make);
  const answer = await fetch("/data/verify").catch(() => null);
  verdict = answer?.ok ? await answer.json() : { ran: false, words: "The observer does not answer." };
  verdict.at = new Date().toLocaleTimeString("en-GB");
  showPaper(state, make);
  document.getElementById("verdict")?.focus({ preventScroll: true });
}

function verdictOf(make) {
  if (verdict === null || verdict === "running") return null;
  const v = verdict.verdict, where = `Checked by treaty verify at ${verdict.at}, on the machine that serves this page and not in the browser.`;
  const box = (kind, head, ...rest) => make("div", { class: `verdict ${kind}`, id: "verdict", role: "status", tabindex: "-1" }, make("b", {}, head), ...rest);
  if (!v) return box("warn", "It could not be verified", make("span", {}, verdict.words));
  const sum = key => v.logs.reduce((n, log) => n + log[key], 0);
  const most = key => v.logs.reduce((n, log) => Math.max(n, log[key]), 0);
  if (v.true)
    return box("good", "True", make("span", {}, `${w.count(sum("messages"), "signed message", "signed messages")} in ${w.count(v.logs.length, "log", "logs")} hold, and everything else follows from them: what suits all, the draws, the agreement, ${w.count(most("deviations"), "deviation", "deviations")}. ${where}`));
  return box("bad", "False", make("span", {}, where), make("ul", {}, ...v.false.slice(0, 5).map(p =>
    make("li", {}, `${p.file}${p.record ? `, record ${p.record}` : ""}: ${p.reason}`)),
  v.false.length > 5 ? make("li", {}, `and ${v.false.length - 5} more`) : null));
}
