/** The service as a process on a free port of 127.0.0.1, over a database of its own with the demo in it. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const python = fileURLToPath(new URL("../../../.tools/suite/bin/python", import.meta.url));

export const contract = JSON.parse(readFileSync(new URL("../../api/openapi.json", import.meta.url), "utf8"));
export const credentials = { user: "demo", password: "a password of the tests" };

/** Resolves to its address and a function that ends it. `scripts/setup-suite` installs it. */
export async function startService() {
  const folder = mkdtempSync(join(tmpdir(), "tideplan-"));
  const env = {
    ...process.env,
    DATABASE_URL: `sqlite:///${folder}/tideplan.db`,
    TIDEPLAN_DEMO_PASSWORD: credentials.password,
  };
  execFileSync(python, ["-m", "tideplan_api", "seed-demo"], { env, cwd: folder, stdio: "pipe" });
  const service = spawn(python, ["-m", "tideplan_api", "serve", "--port", "0"], {
    env,
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(service, "exit");
  const said = once(createInterface(service.stdout), "line");
  const [line] = await Promise.race([said, ended.then(() => Promise.reject(new Error("the service did not start")))]);
  return {
    base: line.split(" ").at(-1),
    stop: async () => {
      service.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
