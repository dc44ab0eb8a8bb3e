import assert from "node:assert/strict";
import { test } from "node:test";
import { CrashHistory } from "../src/crashes";

const MINUTE = 60_000;

test("three crashes in three minutes are forgiven, the fourth is not", () => {
  const crashes = new CrashHistory();
  assert.deepEqual(
    [0, 1, 2, 3].map((seconds) => crashes.worthRestarting(seconds * 1000)),
    [true, true, true, false],
  );
});

test("a crash now and then is forgiven for ever", () => {
  const crashes = new CrashHistory();
  for (let minute = 0; minute < 60; minute += 2) {
    assert.equal(crashes.worthRestarting(minute * MINUTE), true);
  }
});
