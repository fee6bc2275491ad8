// Preloaded into Playwright's driver: each failed poll of an expectation described the whole page for the error message,
// which took a tenth of the CPU of the page's thread. A failed test keeps the page itself (page_watch.py).
const { readFileSync } = require("node:fs");
const extensions = require("node:module")._extensions;
const DESCRIBE = "ariaSnapshotForExpectFailure(element, options) {";

const load = extensions[".js"];
extensions[".js"] = (module, file) => {
  if (!file.endsWith("coreBundle.js")) return load(module, file);
  return module._compile(readFileSync(file, "utf8").replaceAll(DESCRIBE, `${DESCRIBE} return;`), file);
};
