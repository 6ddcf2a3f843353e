import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { TideplanClient, TideplanError } from "@tideplan/client";
import { contract, credentials, startService } from "./service.js";

/** Method and path of every request. */
const asked = [];
let service;
let client;

before(async () => {
  service = await startService();
  client = new TideplanClient(`${service.base}/`, {
    fetch: (url, request) => {
      asked.push(`${request.method} ${url.slice(service.base.length)}`);
      return fetch(url, request);
    },
  });
  await client.login(credentials);
});

after(() => service?.stop());

const refusal = (status) => (error) => {
  assert.ok(error instanceof TideplanError);
  assert.equal(error.status, status);
  assert.ok(error.problems.length > 0 && error.message.includes(error.problems[0]));
  return true;
};

test("health says the version", async () => {
  assert.deepEqual(await new TideplanClient(service.base).health(), { status: "ok", version: contract.info.version });
  await client.health();
});

test("login answers a token that another client can carry", async () => {
  const { token, expires_in } = await client.login(credentials);
  assert.ok(expires_in > 0);
  assert.equal((await new TideplanClient(service.base, { token }).getProject("demo")).name, "Marina");
  await assert.rejects(new TideplanClient(service.base).listProjects(), refusal(401));
  await assert.rejects(client.login({ ...credentials, password: "wrong" }), refusal(401));
});

test("a project with calendar, tasks and dependencies is built, scheduled and taken down", async () => {
  const calendar = await client.createCalendar({ name: "Six days", weekdays: [0, 1, 2, 3, 4, 5] });
  await client.updateCalendar(calendar.id, { name: "Six days", weekdays: [0, 1, 2, 3, 4, 5], holidays: ["2025-05-08"] });
  assert.deepEqual((await client.getCalendar(calendar.id)).holidays, ["2025-05-08"]);

  const given = { name: "Lighthouse", start: "2025-05-05", calendar: calendar.id };
  const { id } = await client.createProject(given);
  const paint = await client.createTask(id, { name: "Paint", duration: 2 });
  const lamp = await client.createTask(id, { name: "Lamp", duration: 1 });
  const wait = await client.createDependency(id, { predecessor: paint.id, successor: lamp.id });
  await client.updateDependency(id, wait.id, { predecessor: paint.id, successor: lamp.id, lag: 1 });
  assert.equal((await client.getDependency(id, wait.id)).lag, 1);
  await client.updateTask(id, paint.id, { name: "Paint twice", duration: 4 });
  assert.deepEqual(await client.getTask(id, paint.id), { id: paint.id, name: "Paint twice", duration: 4 });

  const schedule = await client.getSchedule(id);
  assert.equal(schedule.finish, "2025-05-12");
  assert.deepEqual(schedule.critical_path, [paint.id, lamp.id]);
  await assert.rejects(client.createDependency(id, { predecessor: lamp.id, successor: paint.id }), refusal(409));

  assert.deepEqual((await client.listDependencies(id)).items, [{ ...wait, lag: 1 }]);
  await client.deleteDependency(id, wait.id);
  assert.equal((await client.getSchedule(id)).duration, 4);
  assert.equal(await client.deleteTask(id, lamp.id), undefined);
  assert.deepEqual((await client.listTasks(id)).items.map((task) => task.id), [paint.id]);
  await client.updateProject(id, { ...given, calendar: null });
  await client.deleteCalendar(calendar.id);
  assert.ok(!(await client.listCalendars()).items.some((item) => item.id === calendar.id));
  assert.deepEqual(await client.getProject(id), { ...given, calendar: null, id });
  await client.deleteProject(id);
  assert.deepEqual((await client.listProjects()).items.map((project) => project.id), ["demo"]);
  await assert.rejects(client.getProject(id), refusal(404));
});

test("a posted plan is scheduled, or refused with every problem", async () => {
  const plan = { start: "2025-03-03", tasks: [{ id: "survey", duration: 3 }] };
  const schedule = await client.computeSchedule(plan);
  assert.equal(schedule.finish, "2025-03-05");
  assert.deepEqual(schedule.critical_path, ["survey"]);
  await assert.rejects(client.computeSchedule({ start: "2025-03-03", tasks: [] }), refusal(422));
});

test("an id is a part of the path, whatever it contains", async () => {
  await assert.rejects(client.getTask("demo", "../../health"), refusal(404));
});

test("a call can be given up", async () => {
  await assert.rejects(client.health({ signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("an error page of somebody else is an error without problems", async () => {
  const server = createServer((_, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const elsewhere = new TideplanClient(`http://127.0.0.1:${server.address().port}`);
    await assert.rejects(elsewhere.health(), { name: "TideplanError", status: 502, problems: [] });
  } finally {
    server.close();
  }
});

// Runs last: the tests above have called everything there is.
test("every operation of the contract has been called", () => {
  for (const [path, item] of Object.entries(contract.paths)) {
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
    for (const [method, operation] of Object.entries(item)) {
      assert.equal(typeof client[operation.operationId], "function", operation.operationId);
      const called = asked.some((request) => {
        const [verb, called] = request.split(" ");
        return verb === method.toUpperCase() && pattern.test(called);
      });
      assert.ok(called, `${method} ${path}`);
    }
  }
});
