// A headless Chromium with a profile of its own, for the editor in it.
import { createRequire } from "node:module";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];

/** The browser and its first page; `playwright` is the folder of playwright-core. */
export async function browse(playwright, executablePath, profile) {
  const { chromium } = createRequire(import.meta.url)(playwright);
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: FLAGS,
    headless: true,
    viewport: { width: 1280, height: 900 },
  });
  return { browser, page: browser.pages()[0] ?? (await browser.newPage()) };
}
