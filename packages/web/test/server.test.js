import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startPageServer } from "./stack.js";

let server;

before(async () => {
  // Nothing answers there.
  server = await startPageServer("http://127.0.0.1:9");
});

after(() => server?.stop());

test("a service that does not answer is a bad gateway, and the page is there all the same", async () => {
  assert.equal((await fetch(`${server.page}/api/health`)).status, 502);
  assert.equal((await fetch(server.page)).status, 200);
});

test("no path leads out of the built page", async () => {
  for (const path of ["/..%2fpackage.json", "/%2e%2e%2fpackage.json", "/%00", "/%"]) {
    assert.equal((await fetch(server.page + path)).status, 404, path);
  }
});
