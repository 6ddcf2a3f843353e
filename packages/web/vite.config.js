import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

export default defineConfig({
  base: "./",
  define: { __TIDEPLAN_VERSION__: JSON.stringify(version) },
  build: { assetsInlineLimit: 0 },
  // While developing, /api is the service on its default port.
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": {
        target: "http://127.0.0.1:8000",
        rewrite: (path) => path.slice("/api".length),
      },
    },
  },
});
