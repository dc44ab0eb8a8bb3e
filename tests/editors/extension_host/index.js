// The extension inside of the editor's extension host, by the editor's own interface. Each promise is a test of its own; they share
// the window, in this order.
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");

const PATIENCE = 240_000;
const FIGURE = "\\includegraphics";
const REGION = "% derender: begin";

const paper = () => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, "paper.tex");
const started = () => readFileSync(process.env.DERENDER_STARTED, "utf8").trim().split("\n");

/** The first true value of `holds`. */
async function until(what, holds) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const found = await holds();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`in vain: ${what}`);
}

function problem(words) {
  return vscode.languages.getDiagnostics(paper()).find(({ message }) => message.includes(words));
}

/** Where the paper has the text. */
async function place(text) {
  const document = await vscode.workspace.openTextDocument(paper());
  return document.positionAt(document.getText().indexOf(text));
}

/** What the light bulb offers there, with the edits. */
async function actions(text) {
  const here = await place(text);
  return vscode.commands.executeCommand("vscode.executeCodeActionProvider", paper(), new vscode.Range(here, here), undefined, 20);
}

const promises = {
  "the server of the selected Python environment is started": async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(paper()));
    await until("the extension", () => vscode.extensions.getExtension("derender.derender")?.isActive);
    await until("a reading", () => problem("commands → "));
    assert.deepEqual(started(), [join(process.env.DERENDER_FIRST_PYTHON, "../derender-lsp")]);
  },

  "every command of the manifest can be run": async () => {
    const extension = vscode.extensions.getExtension("derender.derender");
    const known = await vscode.commands.getCommands(true);
    const missing = extension.packageJSON.contributes.commands.map(({ command }) => command).filter((name) => !known.includes(name));
    assert.deepEqual(missing, []);
  },

  "hover, lens and links come from the server": async () => {
    const hovers = await vscode.commands.executeCommand("vscode.executeHoverProvider", paper(), await place(FIGURE));
    assert.ok(hovers.some(({ contents }) => contents.some(({ value }) => value.includes("data:image/jpeg;base64,"))));
    const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", paper());
    assert.ok(lenses.some(({ command }) => command?.command === "derender.openGallery" && command.title.includes("commands → ")));
    const links = await vscode.commands.executeCommand("vscode.executeLinkProvider", paper());
    assert.ok(links.some(({ target }) => target?.path.endsWith("sketch.jpg")));
  },

  "an action's edit is applied, and undone in one step": async () => {
    const document = await vscode.workspace.openTextDocument(paper());
    const before = document.getText();
    const action = (await actions(FIGURE)).find(({ title }) => title === "Insert TikZ program");
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    assert.match(document.getText(), /\\begin\{tikzpicture\}/);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), before);
  },

  "saving an edited bound regenerates the figure in the same save": async () => {
    const document = await vscode.workspace.openTextDocument(paper());
    await vscode.workspace.applyEdit((await actions(FIGURE)).find(({ title }) => title === "Insert TikZ program").edit);
    // The editor gives up waiting for a save's edits after 1.75 s, which a loaded machine may need: the author then saves again.
    await until("a save that regenerates", async () => {
      const bound = (await place("(i < ")).translate(0, "(i < ".length);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(paper(), new vscode.Range(bound, bound.translate(0, 1)), "5");
      await vscode.workspace.applyEdit(edit);
      assert.ok(await document.save());
      return !document.isDirty && readFileSync(paper().fsPath, "utf8").includes("{0,...,4}");
    });
  },

  "another environment that is selected brings its server": async () => {
    vscode.extensions.getExtension("ms-python.python").exports.select(process.env.DERENDER_SECOND_PYTHON);
    const other = join(process.env.DERENDER_SECOND_PYTHON, "../derender-lsp");
    await until("the other server", () => started().at(-1) === other);
    await until("the other server's answer", async () => (await actions(REGION)).some(({ title }) => title.includes("Extrapolate")));
  },
};

exports.run = async () => {
  for (const [promise, check] of Object.entries(promises)) {
    try {
      await check();
      console.log(`kept: ${promise}`);
    } catch (error) {
      console.error(`broken: ${promise}: ${error.stack}`);
      throw error;
    }
  }
};
