/** Writes pictures of the page with the demo in it, light and dark and on a narrow screen: `node test/screenshot.js FOLDER`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { credentials } from "../../client-ts/test/service.js";
import { openSignedIn, startBrowser, startStack } from "./stack.js";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error("say where to: node test/screenshot.js FOLDER");
}
mkdirSync(folder, { recursive: true });
const [stack, browser] = await Promise.all([startStack(), startBrowser()]);
try {
  for (const [name, colorScheme, width] of [
    ["tideplan", "light", 1180],
    ["tideplan-dark", "dark", 1180],
    ["tideplan-narrow", "light", 480],
  ]) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 640 }, deviceScaleFactor: 2 });
    const page = await openSignedIn(context, stack.page, credentials);
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path, fullPage: true });
    console.log(path);
    await context.close();
  }
} finally {
  await browser.close();
  await stack.stop();
}
