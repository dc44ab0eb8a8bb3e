import assert from "node:assert/strict";
import { test } from "node:test";
import { createEnvironment, type Outcome, type Source, type Workshop } from "../src/environment/create";
import { bringsGpuLibraries, stageOf } from "../src/environment/pip";
import { cairoCommand, lacksCairo } from "../src/environment/system";

const DEBIAN = { platform: "linux", osRelease: 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n' };
const PLAIN: Source = { package: "/wheels/derender.whl", index: "", torchIndex: "" };
const CAIRO_OUTPUT = "Collecting pycairo\n  error: subprocess-exited-with-error\n  Dependency \"cairo\" not found\nmetadata-generation-failed";

interface Ran {
  readonly commands: string[];
  readonly removed: string[];
  readonly stages: string[];
}

/** A workshop in which programs do what `answer` says, and the notes of what was done there. */
function workshop(answer: (command: string) => Partial<Outcome> = () => ({}), more: Partial<Workshop> = {}): [Workshop, Ran] {
  const ran: Ran = { commands: [], removed: [], stages: [] };
  return [
    {
      system: DEBIAN,
      hasGpu: false,
      pythons: ["python3.12", "python3"],
      run: (program, args, line) => {
        const command = [program, ...args].join(" ");
        ran.commands.push(command);
        const outcome = { succeeded: true, output: "", ...answer(command) };
        outcome.output.split("\n").forEach((text) => line?.(text));
        return Promise.resolve(outcome);
      },
      report: (stage) => ran.stages.push(stage),
      remove: (folder) => {
        ran.removed.push(folder);
        return Promise.resolve();
      },
      acceptsGpuLibraries: () => Promise.resolve(false),
      readJson: () => Promise.resolve({ install: [] }),
      ...more,
    },
    ran,
  ];
}

const installs = ({ commands }: Ran): string[] => commands.filter((text) => text.includes("pip install") && !text.includes("--dry-run"));

test("the environment is made with the first Python that is new enough, from the wheel that the setting names", async () => {
  const [shop, ran] = workshop((command) => ({ succeeded: !command.startsWith("python3.12") }));
  assert.deepEqual(await createEnvironment("/own", PLAIN, shop), { kind: "made" });
  assert.ok(ran.commands.includes("python3 -m venv /own"));
  assert.equal(installs(ran).length, 1);
  assert.match(installs(ran)[0] ?? "", /^\/own\/bin\/python .* \/wheels\/derender\.whl$/);
  assert.deepEqual(ran.removed, ["/own"]);
});

test("without a new enough Python nothing is made, and the author is told which is needed", async () => {
  const [shop] = workshop(() => ({ succeeded: false }));
  const result = await createEnvironment("/own", PLAIN, shop);
  assert.match(result.kind === "failed" ? result.message : "", /Python 3\.11 or newer/);
});

test("where cairo is missing the author gets the command of this system, and nothing half made stays", async () => {
  const [shop, ran] = workshop((command) => (command.includes("derender.whl") ? { succeeded: false, output: CAIRO_OUTPUT } : {}));
  const result = await createEnvironment("/own", PLAIN, shop);
  assert.match(result.kind === "failed" ? result.remedy : "", /^sudo apt-get install libcairo2-dev/);
  assert.equal(ran.removed.at(-1), "/own");
});

test("without a graphics card torch comes from the index for the processor, where one is named", async () => {
  const [shop, ran] = workshop();
  await createEnvironment("/own", { ...PLAIN, index: "file:///all", torchIndex: "file:///cpu" }, shop);
  assert.match(installs(ran)[0] ?? "", /--index-url file:\/\/\/cpu torch$/);
  assert.match(installs(ran)[1] ?? "", /--index-url file:\/\/\/all \/wheels\/derender\.whl$/);
});

test("with a graphics card torch comes with the rest", async () => {
  const [shop, ran] = workshop(undefined, { hasGpu: true });
  await createEnvironment("/own", { ...PLAIN, torchIndex: "file:///cpu" }, shop);
  assert.equal(installs(ran).length, 1);
});

test("several gigabytes for a graphics card that is not there are installed only when the author agrees", async () => {
  const plan = { readJson: () => Promise.resolve({ install: [{ metadata: { name: "nvidia-cudnn-cu12" } }] }) };
  const [refusing, refused] = workshop(undefined, plan);
  const result = await createEnvironment("/own", PLAIN, refusing);
  assert.match(result.kind === "failed" ? result.message : "", /torchIndex/);
  assert.deepEqual(installs(refused), []);
  const [agreeing, agreed] = workshop(undefined, { ...plan, acceptsGpuLibraries: () => Promise.resolve(true) });
  assert.equal((await createEnvironment("/own", PLAIN, agreeing)).kind, "made");
  assert.equal(installs(agreed).length, 1);
});

test("a package that holds no language server is no environment", async () => {
  const [shop] = workshop((command) => ({ succeeded: !command.includes("derender_lsp") }));
  assert.equal((await createEnvironment("/own", PLAIN, shop)).kind, "failed");
});

test("when the author cancels, nothing half made stays", async () => {
  const [shop, ran] = workshop(undefined, { run: () => Promise.reject(new Error("cancelled")) });
  await assert.rejects(createEnvironment("/own", PLAIN, shop), /cancelled/);
  assert.deepEqual(ran.removed, ["/own"]);
});

test("the progress bar tells what pip is doing", async () => {
  assert.equal(stageOf("Collecting torch>=2.4 (from derender)"), "looking for torch");
  assert.equal(stageOf("  Downloading torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl (191.8 MB)"), "downloading torch (191.8 MB)");
  assert.equal(stageOf("Installing collected packages: torch, derender"), "installing");
  assert.equal(stageOf("  Using cached numpy-2.0.0.whl"), undefined);
  const [shop, ran] = workshop((command) => (command.includes("derender.whl") ? { output: "Collecting torch" } : {}));
  await createEnvironment("/own", PLAIN, shop);
  assert.ok(ran.stages.includes("looking for torch"));
});

test("each system has its own command for cairo, and an unknown one none", () => {
  assert.match(cairoCommand({ platform: "linux", osRelease: "ID=linuxmint\nID_LIKE=\"ubuntu debian\"" }), /^sudo apt-get/);
  assert.match(cairoCommand({ platform: "linux", osRelease: "ID=fedora" }), /^sudo dnf/);
  assert.match(cairoCommand({ platform: "linux", osRelease: 'ID="opensuse-leap"' }), /^sudo zypper/);
  assert.match(cairoCommand({ platform: "darwin", osRelease: "" }), /^brew/);
  assert.equal(cairoCommand({ platform: "linux", osRelease: "ID=plan9" }), "");
});

test("only a failure to build pycairo is one of cairo", () => {
  assert.equal(lacksCairo(CAIRO_OUTPUT), true);
  assert.equal(lacksCairo("Collecting pycairo\nERROR: No matching distribution found for torch"), false);
});

test("pip's plan tells whether it brings the libraries of graphics cards", () => {
  assert.equal(bringsGpuLibraries({ install: [{ metadata: { name: "nvidia-cublas-cu12" } }] }), true);
  assert.equal(bringsGpuLibraries({ install: [{ metadata: { name: "torch" } }] }), false);
  assert.equal(bringsGpuLibraries("no plan"), false);
});
