import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { parseRawGrammar, Registry, type IGrammar } from "vscode-textmate";

const GRAMMAR = "syntaxes/derender.tmLanguage.json"; // npm runs the tests in the extension's folder

async function loadGrammar(): Promise<IGrammar> {
  await loadWASM(readFileSync(createRequire(`${process.cwd()}/`).resolve("vscode-oniguruma/release/onig.wasm")));
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: () => Promise.resolve(parseRawGrammar(readFileSync(GRAMMAR, "utf8"), GRAMMAR)),
  });
  const grammar = await registry.loadGrammar("source.derender");
  assert.ok(grammar);
  return grammar;
}

const grammar = loadGrammar();

/** Checks the most particular scope of each word of a line; white space and what `expected` passes over do not matter. */
async function check(line: string, expected: readonly (readonly [text: string, scope: string])[]): Promise<void> {
  const { tokens } = (await grammar).tokenizeLine(line, null);
  const found = tokens.map(({ startIndex, endIndex, scopes }) => `${line.slice(startIndex, endIndex)} ${scopes.at(-1) ?? ""}`);
  for (const [text, scope] of expected) {
    assert.ok(found.includes(`${text} ${scope}.derender`), `${text} is no ${scope} in ${JSON.stringify(found)}`);
  }
}

test("headings of bodies are keywords, with their variable or axis", async () => {
  await check("    for (i < 3)", [["for", "keyword.control"], ["i", "variable.other"], ["<", "keyword.operator"], ["3", "constant.numeric"]]);
  await check("if (j > 0)", [["if", "keyword.control"], ["j", "variable.other"]]);
  await check("reflect(y = 8)", [["reflect", "keyword.control"], ["y", "variable.language"], ["8", "constant.numeric"]]);
});

test("commands, positions and attributes are told apart", async () => {
  await check("line(2, 3*i - 1, 2, 13, arrow, bend=30)", [
    ["line", "support.function"],
    ["i", "variable.other"],
    ["*", "keyword.operator"],
    ["arrow", "storage.modifier"],
    ["bend", "storage.modifier"],
    ["30", "constant.numeric"],
  ]);
});

test("an attribute's letter may name a loop's variable", async () => {
  await check("for (r < 3)", [["r", "variable.other"]]);
  await check("circle(3*r, 2, 1)", [["r", "variable.other"]]);
});

test("a label's text is one string, escapes and brackets included", async () => {
  await check('label(1, 2, "a \\" (b) for")', [["label", "support.function"], ["\\\"", "constant.character.escape"], [" (b) for", "string.quoted.double"]]);
});
