// Operates VS Code's workbench in a browser as an author would: with the keyboard, the mouse and the eyes.
//
//   node workbench.mjs PLAYWRIGHT CHROMIUM URL PROFILE
//
// Then one request a line on standard input, {"do": NAME, "with": [ARGUMENT…]}, and one answer a line on standard output,
// {"result": …} or {"error": TEXT}. The end of the input closes the browser.
import { createInterface } from "node:readline";
import { browse } from "./browser.mjs";

const [playwright, executablePath, url, profile] = process.argv.slice(2);
const PATIENCE = 300_000;
const FIRST_GLANCE = 3_000;

const { browser, page } = await browse(playwright, executablePath, profile);
browser.setDefaultTimeout(PATIENCE);
await page.goto(url, { timeout: PATIENCE, waitUntil: "commit" });
await page.locator(".monaco-workbench .part.editor").waitFor();

const gallery = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
const rows = (list, text) => page.locator(`${list} .monaco-list-row`).filter({ hasText: text });

/**
 * Does `step` until `holds`, which says for how long it looks. A loaded machine drops keys and clicks: the window is not ready for
 * them, or what was to be clicked moved. What counts is therefore what is seen afterwards; each further look takes longer.
 */
async function until(what, holds, step) {
  const deadline = Date.now() + PATIENCE;
  for (let glance = FIRST_GLANCE; Date.now() < deadline; glance *= 1.5) {
    try {
      await step();
    } catch (error) {
      if (error.name !== "TimeoutError") throw error;
    }
    if (await holds(glance)) return;
    process.stderr.write(`workbench: again, ${what}\n`);
  }
  throw new Error(`in vain: ${what}`);
}

/** Whether `target` reaches `state` within `timeout` milliseconds. */
async function reaches(target, state, timeout) {
  try {
    await target.waitFor({ state, timeout });
    return true;
  } catch (error) {
    if (error.name !== "TimeoutError") throw error;
    return false;
  }
}

/** Does `step` until it makes `target` visible. */
async function untilSeen(target, step) {
  let first = true;
  await until(`${target} is to be seen`, (glance) => reaches(target, "visible", glance), async () => {
    if (!first) await page.keyboard.press("Escape");
    first = false;
    await step();
  });
}

/** Does `step` until it makes `target` go. */
async function untilGone(target, step) {
  await until(`${target} is to go`, (glance) => reaches(target, "hidden", glance), step);
}

/** A click that gives up early, for `until` to look again. */
const QUICK = { timeout: FIRST_GLANCE };

const actions = {
  /** Opens a file of the folder from the explorer and puts the cursor into it. */
  async openFile(name) {
    const row = rows(".explorer-folders-view", name).first();
    // What is written between the explorer's first look at the folder and its watching it, it does not see.
    let first = true;
    await until(`${name} is listed`, (glance) => reaches(row, "visible", glance), async () => {
      if (!first) await actions.command("Refresh Explorer");
      first = false;
    });
    await untilSeen(page.locator(`.tab.active[data-resource-name="${name}"]`), () => row.dblclick(QUICK));
    await page.locator(".editor-instance .monaco-editor .view-lines").first().waitFor();
  },

  /** Shows the problems and gives the text of the first one that contains `text`, and not `without`, once there is one. */
  async problem(text, without) {
    const panel = page.locator(".markers-panel");
    if (!(await panel.isVisible())) {
      await untilSeen(panel, () => page.keyboard.press("Control+Shift+M"));
    }
    const found = rows(".markers-panel", text);
    const row = (without === "" ? found : found.filter({ hasNotText: without })).first();
    await row.waitFor();
    return (await row.innerText()).trim();
  },

  /** The titles that the light bulb offers at the problem that contains `text`. The menu stays open. */
  async lightBulb(text) {
    const selected = page.locator(".statusbar-item").filter({ hasText: /selected\)/ });
    await untilSeen(selected, () => rows(".markers-panel", text).first().dblclick(QUICK));
    const menu = page.locator(".action-widget .monaco-list-row.action");
    await untilSeen(menu.first(), () => page.keyboard.press("Control+."));
    return (await menu.allInnerTexts()).map((title) => title.trim());
  },

  /** Chooses a title from the light bulb's menu and waits until the file is changed. */
  async choose(title) {
    const row = page.locator(".action-widget .monaco-list-row.action").filter({ has: page.getByText(title, { exact: true }) });
    await untilGone(row.first(), () => row.first().click(QUICK));
    await page.locator(".tab.active.dirty").waitFor();
  },

  /** What shows when the mouse rests on `text` in the editor: its words, and the width of its picture in pixels, 0 without one. */
  async hover(text) {
    const word = page.locator(".editor-instance .view-line span").filter({ hasText: text }).last();
    const shown = page.locator(".monaco-hover:not(.hidden) .hover-contents").filter({ has: page.locator("img") }).first();
    await untilSeen(shown, async () => {
      await page.mouse.move(0, 0);
      await word.hover();
    });
    const picture = shown.locator("img").first();
    await page.waitForFunction((image) => image.complete, await picture.elementHandle());
    return { text: await shown.innerText(), width: await picture.evaluate((image) => image.naturalWidth) };
  },

  /** Puts the cursor to a line and column, counted from 1. */
  async goTo(line, column) {
    const input = page.locator(".quick-input-widget input");
    await untilSeen(input, () => page.keyboard.press("Control+G"));
    await input.fill(`:${line}:${column}`);
    await page.keyboard.press("Enter");
    await page.locator(".statusbar-item").filter({ hasText: `Ln ${line}, Col ${column}` }).waitFor();
  },

  async press(keys) {
    await page.keyboard.press(keys);
  },

  async type(text) {
    await page.keyboard.type(text);
  },

  /** Saves the active file and waits until it is saved. */
  async save() {
    await untilGone(page.locator(".tab.active.dirty"), () => page.keyboard.press("Control+S"));
  },

  /** Runs a command of the palette by its title. */
  async command(title) {
    const row = rows(".quick-input-list", title).first();
    await untilSeen(row, async () => {
      await page.keyboard.press("F1");
      await page.locator(".quick-input-widget input").fill(`>${title}`, QUICK);
    });
    await untilGone(row, () => row.click(QUICK));
  },

  /** Chooses a row of the list that a command shows. */
  async pick(title) {
    const row = rows(".quick-input-list", title).first();
    await row.waitFor();
    await untilGone(row, () => row.click(QUICK));
  },

  /** Answers the question that contains `question`. */
  async answer(question, text) {
    const widget = page.locator(".quick-input-widget").filter({ hasText: question });
    await widget.waitFor();
    await widget.locator("input").fill(text);
    await untilGone(widget, () => page.keyboard.press("Enter"));
  },

  /** Waits until the active file was changed and is not saved yet. */
  async changed() {
    await page.locator(".tab.dirty").first().waitFor();
  },

  /** Closes all files, saved or not, and whatever notifications there are. */
  async closeAll() {
    const tabs = page.locator(".tabs-container .tab");
    const discard = page.locator(".monaco-dialog-box .monaco-button").filter({ hasText: "Don't Save" });
    await until("all files are closed", async (glance) => (await reaches(tabs.first(), "detached", glance)), async () => {
      if (await discard.isVisible()) {
        await discard.click(QUICK);
      } else if ((await tabs.count()) > 0) {
        await page.keyboard.press("Control+K");
        await page.keyboard.press("Control+W");
        await reaches(discard.or(tabs.first()), "visible", 500);
      }
    });
    if ((await page.locator(".notification-toast").count()) > 0) {
      await actions.command("Notifications: Clear All Notifications");
    }
  },

  /** What the gallery shows: its words, and how many pictures, cards and frames on the photograph; once it shows all of them. */
  async gallery(cards, frames) {
    await gallery.locator(".card").nth(cards - 1).waitFor();
    if (frames > 0) await gallery.locator(".overlay rect").nth(frames - 1).waitFor();
    await gallery.locator("body").evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
    return {
      text: await gallery.locator("main").innerText(),
      cards: await gallery.locator(".card").count(),
      frames: await gallery.locator(".overlay rect").count(),
      pictures: await gallery.locator("img").evaluateAll((images) => images.filter((image) => image.naturalWidth > 0).length),
    };
  },

  /** Clicks the card of the gallery that contains `text`, whereupon the file is changed. */
  async chooseInGallery(text) {
    const card = gallery.locator(".card").filter({ hasText: text }).first();
    await untilSeen(page.locator(".tab.dirty").first(), () => card.click(QUICK));
  },

  /** The text of the status bar's item of that name. */
  async status(name) {
    const item = page.locator(".statusbar-item").filter({ hasText: name }).first();
    await item.waitFor();
    return (await item.innerText()).trim();
  },

  /** The text and the buttons of the first notification that contains `text`, once there is one. */
  async notification(text) {
    const toast = page.locator(".notification-toast").filter({ hasText: text }).first();
    await toast.waitFor();
    const message = await toast.locator(".notification-list-item-message").innerText();
    const buttons = await toast.locator(".notification-list-item-buttons-container .monaco-button").allInnerTexts();
    return { message: message.trim(), buttons: buttons.map((button) => button.trim()) };
  },

  /** How many notifications are shown. */
  async notifications() {
    return page.locator(".notification-toast").count();
  },

  /** What the output panel shows, once it shows something. */
  async output() {
    const lines = page.locator(".part.panel .output-view .view-line, .part.panel .pane-body .view-line");
    await lines.first().waitFor();
    return (await lines.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  },

  /** Clicks a button of a notification, which then goes. */
  async clickButton(text) {
    const button = page.locator(".notification-toast .monaco-button").filter({ hasText: text }).first();
    await button.waitFor();
    await untilGone(button, () => button.click(QUICK));
  },

  /** Says on the page for it that the authors of the folder are trusted. */
  async trustFolder() {
    await actions.command("Workspaces: Manage Workspace Trust");
    const editor = page.locator(".workspace-trust-editor");
    const button = editor.locator(".monaco-button").filter({ hasText: /^Trust$/ }).first();
    await button.waitFor();
    await untilSeen(editor.filter({ hasText: "You trust this folder" }), () => button.click(QUICK));
  },

  /** What the settings page is searched for, once it shows settings. */
  async settingsSearch() {
    const lines = page.locator(".settings-editor .search-container .view-lines");
    await lines.waitFor();
    await page.locator(".settings-editor .setting-item-contents").first().waitFor();
    return (await lines.innerText()).replaceAll("\u00a0", " ").trim();
  },

  async screenshot(path) {
    await page.screenshot({ path });
  },
};

process.stdout.write(`${JSON.stringify({ result: "ready" })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, with: values } = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await actions[name](...values)) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
