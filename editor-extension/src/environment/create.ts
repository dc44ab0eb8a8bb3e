// Makes a Python environment with the language server in it. Every program that runs is run through `run`, so that the steps can be
// tested without any.

import { join } from "node:path";
import { cairoCommand, lacksCairo, lacksVenv, type System } from "./system";
import { bringsGpuLibraries, stageOf } from "./pip";

/** What the author set. */
export interface Source {
  /** What pip installs: a name, or the path of a wheel. */
  readonly package: string;
  /** The index that packages come from; empty: as pip is configured. */
  readonly index: string;
  /** An index with builds of torch for the processor; empty: as pip is configured. */
  readonly torchIndex: string;
}

/** What a program printed, and whether it did what it was asked. */
export interface Outcome {
  readonly succeeded: boolean;
  readonly output: string;
}

/** What the steps need of the world. */
export interface Workshop {
  readonly system: System;
  readonly hasGpu: boolean;
  /** Interpreters to try, the most wanted first. */
  readonly pythons: readonly string[];
  /** Runs a program to its end, told of each line that it prints; rejects when the author cancels. */
  readonly run: (command: string, args: readonly string[], line?: (text: string) => void) => Promise<Outcome>;
  readonly report: (stage: string) => void;
  /** Removes a folder with all that is in it. */
  readonly remove: (folder: string) => Promise<void>;
  /** Asks whether the libraries of graphics cards shall be installed on a machine without one. */
  readonly acceptsGpuLibraries: () => Promise<boolean>;
  readonly readJson: (path: string) => Promise<unknown>;
}

/** Why there is no environment, in words for the author, and the command that helps (may be empty). */
export interface Failed {
  readonly kind: "failed";
  readonly message: string;
  readonly remedy: string;
}

export interface Made {
  readonly kind: "made";
}

const OLDEST_PYTHON = "3.11";

/** Makes the environment in `folder`, anew where there is one; what is half made is removed. */
export async function createEnvironment(folder: string, source: Source, workshop: Workshop): Promise<Made | Failed> {
  let finished = false;
  try {
    const result = await steps(folder, source, workshop);
    finished = result.kind === "made";
    return result;
  } finally {
    if (!finished) {
      await workshop.remove(folder);
    }
  }
}

async function steps(folder: string, source: Source, workshop: Workshop): Promise<Made | Failed> {
  workshop.report("looking for Python");
  const base = await findPython(workshop);
  if (base === undefined) {
    return failed(`Derender needs Python ${OLDEST_PYTHON} or newer, and none was found on the PATH.`);
  }
  workshop.report("making the environment");
  await workshop.remove(folder);
  const made = await workshop.run(base, ["-m", "venv", folder]);
  if (!made.succeeded) {
    return lacksVenv(made.output)
      ? failed(`${base} cannot make virtual environments; a package of your system is missing.`, "sudo apt-get install python3-venv")
      : failed(`The virtual environment could not be made; the log says why.`);
  }
  const python = workshop.system.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  return install(python, folder, source, workshop);
}

async function install(python: string, folder: string, source: Source, workshop: Workshop): Promise<Made | Failed> {
  const pip = [
    "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
    ...(source.index === "" ? [] : ["--index-url", source.index]),
  ];
  const told = (line: string): void => {
    const stage = stageOf(line);
    if (stage !== undefined) {
      workshop.report(stage);
    }
  };
  if (!workshop.hasGpu && source.torchIndex !== "") {
    const torch = await workshop.run(python, [...pip, "--index-url", source.torchIndex, "torch"], told);
    if (!torch.succeeded) {
      return failed("No build of torch could be installed from derender.environment.torchIndex; the log says why.");
    }
  } else if (!workshop.hasGpu) {
    const refusal = await refuseGpuLibraries(python, folder, pip, source, workshop);
    if (refusal !== undefined) {
      return refusal;
    }
  }
  const installed = await workshop.run(python, [...pip, source.package], told);
  if (!installed.succeeded) {
    return explained(installed.output, source, workshop.system);
  }
  const works = await workshop.run(python, ["-P", "-c", "import derender_lsp.__main__"]);
  return works.succeeded ? { kind: "made" } : failed("What was installed does not hold Derender's language server; the log says why.");
}

/** Where pip would bring the libraries of graphics cards to a machine without one, the author decides. */
async function refuseGpuLibraries(
  python: string, folder: string, pip: readonly string[], source: Source, workshop: Workshop,
): Promise<Failed | undefined> {
  workshop.report("planning");
  const plan = join(folder, "plan.json");
  const planned = await workshop.run(python, [...pip, "--dry-run", "--quiet", "--report", plan, source.package]);
  if (!planned.succeeded) {
    return explained(planned.output, source, workshop.system);
  }
  if (!bringsGpuLibraries(await workshop.readJson(plan)) || (await workshop.acceptsGpuLibraries())) {
    return undefined;
  }
  return failed("Nothing was installed. Name an index with builds of torch for the processor in derender.environment.torchIndex.");
}

async function findPython({ pythons, run }: Workshop): Promise<string | undefined> {
  const [major, minor] = OLDEST_PYTHON.split(".");
  const check = `import sys; sys.exit(sys.version_info < (${String(major)}, ${String(minor)}))`;
  for (const python of pythons) {
    if ((await run(python, ["-c", check])).succeeded) {
      return python;
    }
  }
  return undefined;
}

function explained(output: string, source: Source, system: System): Failed {
  if (lacksCairo(output)) {
    return failed("Derender draws with cairo, which this system lacks (or a compiler to build for it).", cairoCommand(system));
  }
  return /No matching distribution found|Could not find a version/.test(output)
    ? failed(`pip found no '${source.package}' for this Python; derender.environment.package can name a wheel, and derender.environment.index an index.`)
    : failed(`pip could not install '${source.package}'; the log says why.`);
}

function failed(message: string, remedy = ""): Failed {
  return { kind: "failed", message, remedy };
}
