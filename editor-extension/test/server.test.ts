import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { findServer, isExecutable, type Launch, type Missing, type Surroundings } from "../src/server";
import type { ServerSettings } from "../src/settings";

const FOLDER = resolve("/paper");
const IN_FOLDER = join(FOLDER, ".venv", "bin", "derender-lsp");
const OWN = resolve("/storage/environment");
const IN_OWN = join(OWN, "bin", "derender-lsp");
const SELECTED = join(resolve("/envs/paper/bin"), "python");
const IN_SELECTED = join(resolve("/envs/paper/bin"), "derender-lsp");
const ON_PATH = join(resolve("/usr/bin"), "derender-lsp");
const NAMED = resolve("/opt/derender-lsp");
const PYTHON = resolve("/opt/python");

function find(executables: string[], settings: Partial<ServerSettings> = {}, more: Partial<Surroundings> = {}): Launch | Missing {
  return findServer(
    { path: "", python: "", arguments: [], ...settings },
    {
      workspaceFolders: [FOLDER],
      trusted: true,
      selectedPython: undefined,
      ownEnvironment: OWN,
      searchPath: ["", ".", resolve("/usr/bin")].join(delimiter),
      windows: false,
      isExecutable: (path) => executables.includes(path),
      ...more,
    },
  );
}

function command(found: Launch | Missing): string | undefined {
  return found.kind === "launch" ? found.command : undefined;
}

const EVERYTHING = [NAMED, PYTHON, IN_FOLDER, ON_PATH, "derender-lsp"];

test("the path setting comes first, with its arguments before --stdio", () => {
  assert.deepEqual(find(EVERYTHING, { path: NAMED, python: PYTHON, arguments: ["--verbose"] }), {
    kind: "launch",
    command: NAMED,
    arguments: ["--verbose", "--stdio"],
    origin: "the setting derender.server.path",
  });
});

test("the Python setting comes second and keeps the folder's own modules out", () => {
  const found = find(EVERYTHING, { python: PYTHON });
  assert.equal(command(found), PYTHON);
  assert.deepEqual(found.kind === "launch" && found.arguments, ["-P", "-m", "derender_lsp", "--stdio"]);
});

test("then come the selected Python environment, the folder's .venv, the PATH, the environment that Derender made", () => {
  const selected = { selectedPython: SELECTED };
  assert.equal(command(find([...EVERYTHING, IN_SELECTED, IN_OWN], {}, selected)), IN_SELECTED);
  assert.equal(command(find([...EVERYTHING, IN_OWN], {}, selected)), IN_FOLDER);
  assert.equal(command(find([ON_PATH, IN_OWN], {}, selected)), ON_PATH);
  assert.equal(command(find([IN_OWN], {}, selected)), IN_OWN);
});

test("the selected environment of a folder that is not trusted is not started", () => {
  assert.equal(command(find([IN_SELECTED, ON_PATH], {}, { selectedPython: SELECTED, trusted: false })), ON_PATH);
});

test("an interpreter that is not named by its full path is passed over", () => {
  assert.equal(find(["derender-lsp", join(".", "derender-lsp")], {}, { selectedPython: "python3" }).kind, "missing");
});

test("every folder of the workspace is searched, in order", () => {
  const other = resolve("/other");
  assert.equal(command(find(EVERYTHING, {}, { workspaceFolders: [other, FOLDER] })), IN_FOLDER);
});

test("relative entries of the PATH are passed over: they lie in the folder", () => {
  assert.equal(find(["derender-lsp", join(".", "derender-lsp")]).kind, "missing");
});

test("the .venv of a folder that is not trusted is not started", () => {
  assert.equal(command(find(EVERYTHING, {}, { trusted: false })), ON_PATH);
  const missing = find([IN_FOLDER], {}, { trusted: false });
  assert.match(missing.kind === "missing" ? missing.message : "", /once you trust the folder/);
});

test("a setting that names no program is an error, though a server could be found elsewhere", () => {
  for (const settings of [{ path: resolve("/nowhere") }, { path: "derender-lsp" }, { python: resolve("/nowhere") }]) {
    const found = find(EVERYTHING, settings);
    assert.equal(found.kind, "missing");
    assert.match(found.message, /must name .* by its full path/);
  }
});

test("without any server the message says how to get one", () => {
  const missing = find([]);
  assert.match(missing.kind === "missing" ? missing.message : "", /environment made.*derender\.server\.path/);
});

test("on Windows the programs have their names there", () => {
  const inFolder = join(FOLDER, ".venv", "Scripts", "derender-lsp.exe");
  assert.equal(command(find([inFolder], {}, { windows: true })), inFolder);
  assert.equal(command(find([`${ON_PATH}.exe`], {}, { windows: true })), `${ON_PATH}.exe`);
});

test("only a file that may be run is executable", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "derender-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "runs"), "", { mode: 0o755 });
  writeFileSync(join(folder, "reads"), "", { mode: 0o644 });
  assert.equal(isExecutable(join(folder, "runs")), true);
  assert.equal(isExecutable(join(folder, "reads")), false);
  assert.equal(isExecutable(folder), false);
  assert.equal(isExecutable(join(folder, "absent")), false);
});
