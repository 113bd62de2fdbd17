// SPDX-License-Identifier: MIT
// What an observer serves, asked for without a browser:
//     node site.mjs TREATY DIRECTORY PORT...
// DIRECTORY is as page.mjs has it, and holds `bare` besides: a log with nothing beside it
// but terms and roster; and `dealt`, whose nodes run and answer at the PORTs.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { get, request } from "node:http";
import { join } from "node:path";
import { observe, stopAll } from "./observe.mjs";

const [treaty, work, ...ports] = process.argv.slice(2);
const start = (...words) => observe(treaty, work, ...words);
const json = async url => (await fetch(url)).json();

// Reads a stream until `enough` of [{type, id, data}] says so; then hangs up.
function events(url, enough, headers = {}) {
  return new Promise((done, failed) => {
    const list = [];
    let rest = "";
    const asked = get(url, { headers }, answer => {
      answer.setEncoding("utf8");
      answer.on("data", text => {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const field = key => new RegExp(`^${key}: (.*)$`, "m").exec(block)?.[1];
          if (field("data")) list.push({ type: field("event") ?? "message", id: field("id"), data: JSON.parse(field("data")) });
        }
        if (enough(list)) { asked.destroy(); done(list); }
      });
      answer.on("end", () => failed(new Error(`${url} ended after ${list.length} events`)));
    });
    asked.on("error", e => { if (!enough(list)) failed(e); });
  });
}
const caughtUp = list => list.some(e => e.type === "now");
const notes = list => list.filter(e => e.type === "message").map(e => e.data);

async function tellsTheWholeLog() {
  const { address, said, end } = await start("run", "--listen", "0", "--once");
  assert.match(said(), /everybody's payoffs; only users of this machine/);
  const about = await json(`${address}data/about`);
  assert.deepEqual(about.payoffs_of, [1, 2, 3, 4]);
  assert.deepEqual(about.players[2].actions, ["Polite", "Greedy"]);
  const list = await events(`${address}data/events?node=2`, caughtUp), told = notes(list);
  const kinds = told.map(e => e.note);
  for (const kind of ["session", "threat", "asked", "sampled", "drawn", "pruned", "agreed", "signed", "stages", "deviation",
                      "punishing", "restored", "ended", "closed"]) assert.ok(kinds.includes(kind), kind);
  // Every proposal once, and as many suit all as the nodes say; pruning leaves what was agreed.
  const asked = told.flatMap(e => e.candidates ?? []), sampled = told.find(e => e.note === "sampled");
  assert.equal(new Set(asked.map(c => c.id)).size, sampled.asked);
  const table = new Set(asked.filter(c => c.refused_by.length === 0).map(c => c.id));
  assert.equal(table.size, sampled.certified);
  for (const e of told.filter(e => e.note === "pruned")) {
    for (const id of e.ids) assert.ok(table.delete(id), `candidate ${id} was on the table`);
    assert.equal(table.size, e.left);
  }
  const agreed = told.find(e => e.note === "agreed");
  assert.deepEqual([...table], [agreed.id]);
  assert.deepEqual(agreed.payoffs, [60, 60, 60, 60]);
  // All stages, in order, with what they were worth.
  const stages = told.filter(e => e.note === "stages");
  assert.deepEqual(stages.map(e => [e.from, e.to, e.mode]), [[1, 10, "as agreed"], [11, 13, "punishing"], [14, 30, "as agreed"]]);
  assert.equal(stages[0].actions, "0000".repeat(9) + "0010");
  assert.equal(stages[0].payoffs[10][2] - 60, told.find(e => e.note === "deviation").gain);
  // Who connects again is told the rest, and nothing twice.
  const ids = list.filter(e => e.id), middle = ids.findIndex(e => e.data.note === "agreed");
  const rest = await events(`${address}data/events?node=2`, caughtUp, { "Last-Event-ID": ids[middle].id });
  assert.deepEqual(notes(rest), notes(list).slice(middle + 1));
  const other = await events(`${address}data/events?node=2`, caughtUp, { "Last-Event-ID": "99.1.0" });
  assert.deepEqual(notes(other), notes(list));
  assert.equal(await end(), 0);
}

async function offersNothingElse() {
  const { address, end } = await start("run", "--listen", "0");
  const answer = await fetch(address);
  assert.match(answer.headers.get("content-security-policy"), /default-src 'none'.*frame-ancestors 'none'/);
  assert.ok(!(await answer.text()).includes("//"), "no other host");
  assert.equal((await fetch(`${address}data/about`, { method: "POST", body: "stop" })).status, 405);
  for (const path of ["nothing", "%2e%2e/Makefile", "data/nothing", "data/log?node=9", "data/events?node=x", "data/agreement?node=-1"])
    assert.equal((await fetch(address + path)).status, 404, path);
  for (const query of ["", "?x=1", "?x=0&y=1", "?x=1&y=5", "?x=1e0&y=1"])
    assert.equal((await fetch(`${address}data/plane${query}`)).status, 400, query);
  const named = host => new Promise(done => request(address, { headers: { host } }, r => { r.resume(); done(r.statusCode); }).end());
  assert.equal(await named("somewhere.example"), 403);
  assert.equal(await named("localhost:1"), 200);
  const plane = await json(`${address}data/plane?x=1&y=2`);
  assert.equal(plane.pure.length, 16);
  // Logs as they are, and as lines.
  const log = readFileSync(join(work, "run", "node-3", "node.log"));
  assert.deepEqual(Buffer.from(await (await fetch(`${address}data/log?node=3`)).arrayBuffer()), log);
  const lines = (await (await fetch(`${address}data/log?node=3&as=json`)).text()).trim().split("\n").map(t => JSON.parse(t));
  assert.equal(lines.at(-1).kind, "end");
  assert.equal(lines.at(-1).record, lines.length);
  const contract = await json(`${address}data/agreement?node=4`), left = JSON.parse(readFileSync(join(work, "run", "agreement.json")));
  assert.deepEqual({ ...contract, signatures: 0 }, { ...left, signatures: 0 });
  assert.equal(contract.signatures.length, 4);
  assert.equal(await end(), 0);
}

async function verifies() {
  const good = await start("run", "--listen", "0");
  const all = await Promise.all([1, 2, 3].map(() => json(`${good.address}data/verify`)));
  for (const v of all) assert.equal(v.verdict.true, true);
  assert.equal(await good.end(), 0);
  const torn = await start("torn", "--listen", "0");
  const v = await json(`${torn.address}data/verify`);
  assert.equal(v.verdict.true, false);
  assert.match(v.verdict.false[0].file, /torn\/node-2/);
  let nodes = (await json(`${torn.address}data/nodes`)).nodes;
  while (nodes[1].state !== "broken") nodes = (await json(`${torn.address}data/nodes`)).nodes;
  assert.match(nodes[1].words, /does not continue the chain/);
  // Who asks and does not wait for the answer leaves no mark.
  const hasty = get(`${torn.address}data/verify`);
  hasty.on("error", () => {});
  hasty.on("socket", s => s.on("connect", () => hasty.destroy()));
  assert.equal((await json(`${torn.address}data/verify`)).verdict.true, false);
  assert.equal(await torn.end(), 0);
}

async function keepsSecrets() {
  const own = await start("run/node-2", "--listen", "0");
  const told = notes(await events(`${own.address}data/events`, caughtUp));
  const payoffs = told.flatMap(e => e.candidates ?? [e]).flatMap(c =>
    Array.isArray(c.payoffs) ? [c.payoffs] : Object.values(c.payoffs ?? {}));
  assert.ok(payoffs.length > 20);
  for (const p of payoffs) assert.deepEqual(p.map(v => v === null), [true, false, true, true]);
  assert.ok(!told.some(e => e.note === "deviation" && "gain" in e), "another's gain is not known");
  assert.equal((await fetch(`${own.address}data/plane?x=1&y=2`)).status, 403);
  const about = await json(`${own.address}data/about`);
  assert.deepEqual(about.players.map(p => "least" in p), [false, true, false, false]);
  assert.equal(await own.end(), 0);
  const bare = await start("bare/node.log", "--listen", "0");
  assert.match(bare.said(), /nobody's payoffs/);
  assert.deepEqual((await json(`${bare.address}data/about`)).payoffs_of, []);
  assert.equal(await bare.end(), 0);
}

// Nodes that run tell what their logs hold, whatever order they are named in; and one that
// does not answer is not waited for.
async function hears() {
  const over = list => list.some(e => e.data.note === "ended") && caughtUp(list);
  const { address, said, end } = await start(...ports.map(p => `localhost:${p}`).reverse(), "--listen", "0",
                                             "--game", join(work, "game.nfg"));
  assert.match(said(), /everybody's payoffs/);
  const about = await json(`${address}data/about`);
  assert.deepEqual(about.nodes, ports.map((_, k) => k + 1));
  const files = await start("dealt", "--listen", "0", "--game", join(work, "game.nfg"));
  for (const node of about.nodes) {
    const heard = notes(await events(`${address}data/events?node=${node}`, over)).filter(e => e.note !== "closed");
    const read = notes(await events(`${files.address}data/events?node=${node}`, over)).filter(e => e.note !== "closed");
    // How stages share events depends on when they came.
    const flat = list => ({ others: list.filter(e => e.note !== "stages"), actions: list.filter(e => e.note === "stages").map(e => e.actions).join("") });
    assert.deepEqual(flat(heard), flat(read));
    assert.ok(flat(heard).actions.length > 10 && flat(heard).others.some(e => e.note === "deviation"));
    const [signed, contract] = await Promise.all([address, files.address].map(a => json(`${a}data/agreement?node=${node}`)));
    assert.deepEqual([signed.digest, signed.certificate], [contract.digest, contract.certificate]);
    assert.equal(signed.signatures.length, ports.length);
    assert.equal((await fetch(`${address}data/log?node=${node}`)).status, 404);
  }
  assert.equal((await fetch(`${address}data/verify`)).status, 404);
  assert.equal(await files.end(), 0);
  assert.equal(await end(), 0);
}

// Another session in the same place: whoever watches forgets the first one.
async function beginsAgain() {
  const place = join(work, "again");
  mkdirSync(place);
  for (const file of ["terms.yaml", "roster.yaml", "node-1/node.log"])
    cpSync(join(work, "run", file), join(place, file), { recursive: true });
  const { address, end } = await start("again", "--listen", "0");
  let moved = false;
  const list = await events(`${address}data/events?node=1`, list => {
    if (!moved && caughtUp(list)) {
      moved = true;
      cpSync(join(work, "run", "node-1", "node.log"), join(place, "next.log"));
      renameSync(join(place, "next.log"), join(place, "node-1", "node.log"));
    }
    return list.filter(e => e.type === "now").length === 2;
  });
  const second = list.findLastIndex(e => e.type === "reset"), first = list.findIndex(e => e.type === "reset");
  assert.ok(second > first);
  assert.deepEqual(notes(list.slice(second)), notes(list.slice(0, second)));
  assert.equal(await end(), 0);
}

const tests = { tellsTheWholeLog, offersNothingElse, verifies, keepsSecrets, hears, beginsAgain };
try {
  for (const [name, run] of Object.entries(tests)) {
    await run().catch(e => { e.message = `${name}: ${e.message}`; throw e; });
    console.log(`ok ${name}`);
  }
} finally {
  stopAll();
}
