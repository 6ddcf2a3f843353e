import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { TideplanClient } from "@tideplan/client";
import { credentials } from "../../client-ts/test/service.js";
import { openSignedIn, startBrowser, startPageServer, startStack } from "./stack.js";

let stack;
let browser;
let client;

before(async () => {
  [stack, browser] = await Promise.all([startStack(), startBrowser()]);
  client = new TideplanClient(stack.service);
  await client.login(credentials);
});

after(async () => {
  await browser?.close();
  await stack?.stop();
});

test("the chart has a bar per task, those of the critical path marked, and the service's version below", async () => {
  const context = await browser.newContext();
  const failures = [];
  context.on("weberror", (failure) => failures.push(failure.error().message));
  const page = await openSignedIn(context, stack.page, credentials);
  const schedule = await client.getSchedule("demo");
  const drawn = await page.locator("#chart .task").evaluateAll((groups) =>
    groups.map((group) => ({
      id: group.dataset.task,
      critical: group.classList.contains("critical"),
      bars: group.querySelectorAll(".bar").length,
      weight: getComputedStyle(group.querySelector(".name")).fontWeight,
    })),
  );
  const expected = schedule.tasks.map(({ id, critical }) => ({ id, critical, bars: 1, weight: critical ? "650" : "400" }));
  const byId = (a, b) => a.id.localeCompare(b.id);
  assert.deepEqual(drawn.sort(byId), expected.sort(byId));
  assert.equal(await page.locator("#chart .tip").count(), schedule.critical_path.length - 1);
  assert.equal(await page.locator("#version").textContent(), (await client.health()).version);
  assert.equal(await page.locator("h1").textContent(), "Marina");
  assert.match(await page.locator("#summary").textContent(), /^3 March 2025 to 24 March 2025 · 15 working days · 6 of 9 tasks critical$/);
  assert.deepEqual(failures, []);
  await context.close();
});

test("nothing is told by colour alone, and both colour schemes differ", async () => {
  const papers = [];
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme });
    const page = await openSignedIn(context, stack.page, credentials);
    papers.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    assert.match(await page.locator('[data-task="dredge"]').getAttribute("aria-label"), /critical$/);
    await context.close();
  }
  assert.notEqual(papers[0], papers[1]);
});

test("a wrong password is refused in the service's words, and the token outlives a reload", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(stack.page);
  await page.fill("input[name=password]", "wrong");
  await page.click("button");
  await page.locator("#summary.failed").waitFor();
  assert.equal(await page.locator("#summary").textContent(), "the user or the password is wrong");
  await page.fill("input[name=password]", credentials.password);
  await page.click("button");
  await page.locator("#chart svg").waitFor();
  await page.reload();
  await page.locator("#chart svg").waitFor();
  assert.ok(await page.locator("#sign-in").isHidden());
  await context.close();
});

test("a project that does not exist is said", async () => {
  const context = await browser.newContext();
  const page = await openSignedIn(context, stack.page, credentials);
  await page.goto(`${stack.page}/?project=nothing`);
  await page.locator("#summary.failed").waitFor();
  assert.match(await page.locator("#summary").textContent(), /there is no project 'nothing'/);
  await context.close();
});

test("the server gives out the built page only, and says where the service does not answer", async () => {
  const status = async (path, init) => (await fetch(stack.page + path, init)).status;
  assert.equal(await status("/"), 200);
  assert.equal(await status("/health"), 200);
  assert.equal(await status("/api/health"), 200);
  assert.equal(await status("/api/projects"), 401);
  assert.equal(await status("/..%2fpackage.json"), 404);
  assert.equal(await status("/assets/"), 404);
  assert.equal(await status("/", { method: "POST" }), 405);
  const alone = await startPageServer("http://127.0.0.1:9");
  try {
    assert.equal((await fetch(`${alone.page}/api/health`)).status, 502);
  } finally {
    await alone.stop();
  }
});
