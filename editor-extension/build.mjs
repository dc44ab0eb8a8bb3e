// Bundles the extension into out/extension.js, or with --tests the unit tests into out/test/.
import { readdirSync, rmSync } from "node:fs";
import * as esbuild from "esbuild";

const production = process.argv.includes("--production");

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "warning",
};

/** @type {esbuild.BuildOptions} */
const extension = {
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "out/extension.js",
  external: ["vscode"], // the editor provides it
  minify: production,
  sourcemap: production ? false : "linked",
};

/** The gallery's page runs in a browser's frame. @type {esbuild.BuildOptions} */
const gallery = {
  bundle: true,
  platform: "browser",
  target: "chrome120",
  format: "iife",
  logLevel: "warning",
  entryPoints: [
    { in: "src/gallery/view.ts", out: "gallery" },
    { in: "src/gallery/gallery.css", out: "gallery" },
  ],
  outdir: "out",
  minify: production,
};

/** The unit tests bundle only modules that do not import vscode: esbuild fails on one that does. */
const tests = () => ({
  ...common,
  entryPoints: readdirSync("test").map((name) => `test/${name}`),
  outdir: "out/test",
  sourcemap: "inline",
});

if (process.argv.includes("--tests")) {
  rmSync("out/test", { recursive: true, force: true });
  await esbuild.build(tests());
} else if (process.argv.includes("--watch")) {
  await Promise.all([extension, gallery].map(async (options) => (await esbuild.context(options)).watch()));
} else {
  await Promise.all([esbuild.build(extension), esbuild.build(gallery)]);
}
