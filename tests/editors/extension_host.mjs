// Opens an editor whose extension host runs a test suite, and ends with the suite's exit code; what the suite says goes to standard
// output.
//
//   node extension_host.mjs PLAYWRIGHT CHROMIUM URL PROFILE
import { browse } from "./browser.mjs";

const [playwright, executablePath, url, profile] = process.argv.slice(2);
const { browser, page } = await browse(playwright, executablePath, profile);
const ended = new Promise((resolve) => {
  void page.exposeFunction("codeAutomationExit", resolve);
});
await page.exposeFunction("codeAutomationLog", (kind, words) => {
  process.stdout.write(`${kind}: ${words.map(String).join(" ")}\n`);
});
await page.goto(url, { waitUntil: "commit" });
const code = await ended;
await browser.close();
process.exit(code);
