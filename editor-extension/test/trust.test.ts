import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsFor } from "../src/trust";

const SETTINGS = { reading: { grid: 16 }, regenerateOnSave: true, changedPhotos: "automatic" };

test("in a folder that is trusted the server gets the author's settings", () => {
  assert.equal(settingsFor(SETTINGS, true), SETTINGS);
});

test("in any other it is told to change nothing by itself, and reads as set", () => {
  assert.deepEqual(settingsFor(SETTINGS, false), { reading: { grid: 16 }, regenerateOnSave: false, changedPhotos: "never" });
});

test("what is no settings stays as it is", () => {
  assert.equal(settingsFor(null, false), null);
});
