#!/usr/bin/env node
/**
 * Serves the built page on 127.0.0.1 and hands /api/ on to the service:
 * `node server/serve.js --port 8080 --api http://127.0.0.1:8000`; port 0 takes a free one.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, request } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { port: { type: "string", default: "8080" }, api: { type: "string", default: "http://127.0.0.1:8000" } },
});
const pages = fileURLToPath(new URL("../dist", import.meta.url));
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};
const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

const server = createServer((asked, answer) => {
  const { pathname, search } = new URL(asked.url ?? "/", "http://page.invalid");
  if (pathname.startsWith("/api/")) {
    handOn(asked, answer, pathname.slice("/api".length) + search);
  } else if (asked.method !== "GET" && asked.method !== "HEAD") {
    plain(answer, 405, "only GET and HEAD\n");
  } else if (pathname === "/health") {
    plain(answer, 200, "ok\n");
  } else {
    file(answer, pathname, asked.method === "HEAD").catch(() => plain(answer, 404, "there is no such page\n"));
  }
});

/** The service's answer, or 502 where it gives none. */
function handOn(asked, answer, path) {
  const further = request(new URL(values.api.replace(/\/+$/, "") + path), { method: asked.method, headers: asked.headers });
  further.on("response", (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  further.on("error", () => (answer.headersSent ? answer.destroy() : plain(answer, 502, "the service does not answer\n")));
  asked.pipe(further);
}

async function file(answer, pathname, headOnly) {
  const path = normalize(join(pages, decodeURIComponent(pathname), pathname.endsWith("/") ? "index.html" : ""));
  if (!path.startsWith(pages + sep) || !(await stat(path)).isFile()) {
    throw new Error(pathname);
  }
  answer.writeHead(200, {
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
  });
  if (headOnly) {
    answer.end();
  } else {
    createReadStream(path).pipe(answer);
  }
}

function plain(answer, status, text) {
  answer.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

server.listen(Number(values.port), "127.0.0.1", () => {
  console.log(`tideplan-web listens on http://127.0.0.1:${server.address().port}`);
});
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
