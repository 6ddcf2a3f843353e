import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { TideplanClient, TideplanError } from "@tideplan/client";

/** A service that answers everything alike and remembers what it was asked. */
function answering(status, body) {
  const asked = [];
  const fetchWith = async (url, request) => {
    asked.push({ url, ...request });
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return { asked, client: new TideplanClient("http://service.test/tideplan/", fetchWith) };
}

test("a plan is posted as JSON below the base", async () => {
  const plan = { start: "2025-03-03", tasks: [{ id: "survey", duration: 3 }] };
  const { asked, client } = answering(200, { critical_path: ["survey"] });
  assert.deepEqual(await client.computeSchedule(plan), { critical_path: ["survey"] });
  assert.equal(asked[0].url, "http://service.test/tideplan/schedule");
  assert.equal(asked[0].method, "POST");
  assert.equal(asked[0].headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(asked[0].body), plan);
});

test("the service's problems become an error", async () => {
  const { client } = answering(422, { problems: ["the plan has no tasks"] });
  await assert.rejects(client.computeSchedule({ start: "2025-03-03", tasks: [] }), (error) => {
    assert.ok(error instanceof TideplanError);
    assert.equal(error.status, 422);
    assert.deepEqual(error.problems, ["the plan has no tasks"]);
    return true;
  });
});

test("an error page of somebody else is an error without problems", async () => {
  const { client } = answering(502, "<h1>Bad gateway</h1>");
  await assert.rejects(client.health(), { status: 502, problems: [] });
});

test("every operation of the contract is called as the contract says", async () => {
  const contract = JSON.parse(readFileSync(new URL("../../api/openapi.json", import.meta.url), "utf8"));
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const { asked, client } = answering(200, {});
      await client[operation.operationId]({});
      assert.equal(asked[0].url, `http://service.test/tideplan${path}`);
      assert.equal(asked[0].method, method.toUpperCase());
    }
  }
});
