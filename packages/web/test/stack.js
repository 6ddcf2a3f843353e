/** The page, served by its own server before the running service, and a Chromium to look at it with. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { startService } from "../../client-ts/test/service.js";

/** Resolves to the page's address, the service's, and a function that ends both. */
export async function startStack() {
  const service = await startService();
  const { page, stop } = await startPageServer(service.base);
  return {
    page,
    service: service.base,
    stop: async () => {
      await stop();
      await service.stop();
    },
  };
}

/** The page's own server before the service at `api`. */
export async function startPageServer(api) {
  const script = fileURLToPath(new URL("../server/serve.js", import.meta.url));
  const server = spawn(process.execPath, [script, "--port", "0", "--api", api], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  const said = once(createInterface(server.stdout), "line");
  const [line] = await Promise.race([said, ended.then(() => Promise.reject(new Error("the page's server did not start")))]);
  return {
    page: line.split(" ").at(-1),
    stop: async () => {
      server.kill();
      await ended;
    },
  };
}

/** `scripts/setup-suite-tests` installs it; TIDEPLAN_CHROMIUM names another program. */
export function startBrowser() {
  // Root, as in a container, has no sandbox to offer.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: process.env.TIDEPLAN_CHROMIUM ?? "/usr/bin/chromium", args: sandbox });
}

/** Opens the page and signs in by its form, since the tests' password is not the demo's. */
export async function openSignedIn(context, address, credentials) {
  const page = await context.newPage();
  await page.goto(address);
  await page.locator("#sign-in").waitFor({ state: "visible" });
  await page.fill("input[name=user]", credentials.user);
  await page.fill("input[name=password]", credentials.password);
  await page.click("button");
  await page.locator("#chart svg").waitFor();
  return page;
}
