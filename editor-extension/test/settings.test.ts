import assert from "node:assert/strict";
import { test } from "node:test";
import { readServerSettings } from "../src/settings";

const PLACES = { home: "/home/ada", workspaceFolder: "/home/ada/paper" };

function read(values: Record<string, unknown>, places = PLACES): ReturnType<typeof readServerSettings> {
  return readServerSettings((name) => values[name], places);
}

test("settings that say nothing are the defaults and no problem", () => {
  assert.deepEqual(read({}), { settings: { path: "", python: "", arguments: [] }, problems: [] });
});

test("a path may begin with the home folder or the workspace folder", () => {
  const { settings } = read({ path: "~/bin/derender-lsp", python: "${workspaceFolder}/.venv/bin/python" });
  assert.equal(settings.path, "/home/ada/bin/derender-lsp");
  assert.equal(settings.python, "/home/ada/paper/.venv/bin/python");
});

test("a tilde is the home folder only where it stands alone at the start", () => {
  assert.equal(read({ path: "/opt/a~b" }).settings.path, "/opt/a~b");
  assert.equal(read({ path: "~ada/bin" }).settings.path, "~ada/bin");
});

test("dollar signs in a folder's name are kept as they are", () => {
  const places = { home: "/home/$&", workspaceFolder: "/srv/$1" };
  assert.equal(read({ path: "~/x" }, places).settings.path, "/home/$&/x");
  assert.equal(read({ path: "${workspaceFolder}/x" }, places).settings.path, "/srv/$1/x");
});

test("a value of the wrong type is reported and the default used; the other settings count", () => {
  const { settings, problems } = read({ path: 7, python: "/usr/bin/python3", arguments: ["-v", 3] });
  assert.deepEqual(settings, { path: "", python: "/usr/bin/python3", arguments: [] });
  assert.deepEqual(problems, [
    "derender.server.path must be a path, not 7; it is ignored.",
    'derender.server.arguments must be a list of texts, not ["-v",3]; it is ignored.',
  ]);
});
