// SPDX-License-Identifier: MIT
// Observers that a test starts, and that do not outlive it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const observers = new Set();

// Starts `treaty observe WORDS` in a directory. Resolves to {address, said, end} once it
// says where the page is; end asks it to stop and resolves to its exit code.
export function observe(treaty, directory, ...words) {
  const child = spawn(treaty, ["observe", ...words], { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
  observers.add(child);
  const ended = new Promise(done => child.once("exit", (code, signal) => {
    observers.delete(child);
    done(code ?? signal);
  }));
  let said = "";
  return new Promise((found, failed) => {
    createInterface(child.stderr).on("line", line => {
      said += `${line} `;
      const address = /http:\/\/\S+\//.exec(said);
      if (address && /can read it/.test(said))
        found({ address: address[0], said: () => said, end: () => { child.kill("SIGTERM"); return ended; } });
    });
    ended.then(code => failed(new Error(`treaty observe ${words.join(" ")} ended with ${code}: ${said}`)));
  });
}

export function stopAll() {
  for (const child of observers) child.kill("SIGKILL");
}
