import assert from "node:assert/strict";
import { test } from "node:test";
import { readContents, readWish } from "../src/gallery/contents";
import { galleryPage } from "../src/gallery/page";
import { OFFERS } from "../src/offers";

const CONTENTS = {
  name: "sketch",
  photo: "data:image/jpeg;base64,",
  summary: "3 commands → 2-line program",
  agreement: "",
  unexplained_ink: 0,
  choices: [{ title: "i: 3 → 4", kind: "extrapolation", probability: null, program: "circle(1, 1)", picture: "", choice: { reading: 0 } }],
  corrections: [{ sentence: "because", place: [0, 0, 10, 10], photo: "file:///sketch.jpg" }],
};

test("what the server answers is taken over", () => {
  assert.equal(readContents(CONTENTS)?.choices[0]?.title, "i: 3 → 4");
  assert.equal(readContents(CONTENTS)?.corrections[0]?.place[2], 10);
});

test("anything else is no contents", () => {
  const wrong: unknown[] = [
    null,
    "text",
    { ...CONTENTS, choices: [{ ...CONTENTS.choices[0], kind: "joke" }] },
    { ...CONTENTS, corrections: [{ sentence: "", place: [0, 0, 10], photo: "" }] },
    { ...CONTENTS, name: undefined },
  ];
  for (const answer of wrong) {
    assert.equal(readContents(answer), undefined);
  }
});

test("the page can wish for nothing but to insert or to be shown", () => {
  assert.deepEqual(readWish({ insert: 2 }), { insert: 2 });
  assert.deepEqual(readWish({ ready: true }), { ready: true });
  for (const message of [{ insert: -1 }, { insert: "0" }, { ready: 1 }, { command: "workbench.action.quit" }, null]) {
    assert.equal(readWish(message), undefined);
  }
});

test("the page runs the extension's own script alone, and nothing inline", () => {
  const page = galleryPage({ source: "https://resource", script: "https://resource/gallery.js", style: "https://resource/gallery.css" });
  assert.match(page, /default-src 'none'/);
  assert.doesNotMatch(page, /unsafe|\*|nonce/);
  assert.deepEqual(page.match(/<script[^>]*>[^<]*/g), ['<script src="https://resource/gallery.js">']);
});

test("each title of the light bulb belongs to one command of the palette", () => {
  const titles = [
    "Insert TikZ program",
    "Insert TikZ commands",
    "Insert graphics program",
    "Insert TikZ program below",
    "Insert TikZ program (reading 2 of 4: 3 commands → 2-line program, probability 10%)",
    "Keep 'circle(1, 1)' as it was read",
    "Leave out 'circle(1, 1)', which was not read",
    "Insert TikZ program with i: 3 → 4",
    "Extrapolate i: 3 → …",
    "Regenerate figure from its program",
    "Redraw figure from the changed picture, over the edits by hand",
    "Overwrite edits by hand with the program's figure",
    "Switch figure to TikZ commands",
    "Detach figure from Derender",
    "Name 'main.tex' as the root document",
  ];
  for (const title of titles) {
    assert.equal(OFFERS.filter(({ titles: pattern }) => pattern.test(title)).length, 1, title);
  }
});
