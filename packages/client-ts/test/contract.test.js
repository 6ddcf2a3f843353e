import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { contract } from "./service.js";

const declared = readFileSync(new URL("../dist/contract.d.ts", import.meta.url), "utf8").replaceAll(/\/\*\*.*?\*\//gs, "");

/** Names of an interface's properties, the optional ones with a question mark. */
function propertiesOf(name) {
  const found = declared.match(new RegExp(`^export interface ${name} \\{([^}]*)\\}`, "m"));
  assert.ok(found, `contract.ts has no interface ${name}`);
  return [...found[1].matchAll(/^\s+(\w+\??):/gm)].map(([, property]) => property);
}

test("every schema of the contract is an interface with its properties", () => {
  for (const [name, schema] of Object.entries(contract.components.schemas)) {
    const expected = Object.keys(schema.properties).map((key) => ((schema.required ?? []).includes(key) ? key : `${key}?`));
    assert.deepEqual(propertiesOf(name).sort(), expected.sort(), name);
  }
});
