import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

// While developing, /api is the service on its default port.
const proxy = {
  "/api": {
    target: "http://127.0.0.1:8000",
    rewrite: (path) => path.slice("/api".length),
  },
};

export default defineConfig({
  base: "./",
  define: { __TIDEPLAN_VERSION__: JSON.stringify(version) },
  server: { proxy },
  preview: { proxy },
});
