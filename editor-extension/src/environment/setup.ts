// Makes Derender's own environment when the author asks for it, with a progress bar, and says what to do where that fails.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { env, ProgressLocation, Uri, window, workspace, type CancellationToken } from "vscode";
import type { Log } from "../log";
import { selectedPython } from "../python";
import { createEnvironment, type Failed, type Made, type Outcome, type Source } from "./create";

const PYTHONS = ["python3.13", "python3.12", "python3.11", "python3", "python"];

/** Why the environment was not made: the author changed their mind. */
class Cancelled extends Error {}

/** Makes the environment in `folder`; whether it was made. Failures are told to the author. */
export async function setUpEnvironment(folder: string, log: Log): Promise<boolean> {
  if (!workspace.isTrusted) {
    void window.showErrorMessage("Derender makes an environment only in folders that you trust.");
    return false;
  }
  try {
    const result = await window.withProgress(
      { location: ProgressLocation.Notification, title: "Derender's environment", cancellable: true },
      (progress, token) =>
        make(folder, log, token, (message) => {
          progress.report({ message });
        }),
    );
    if (result.kind === "failed") {
      log.error(result.message);
      void tellFailure(result, log);
    }
    return result.kind === "made";
  } catch (error) {
    if (!(error instanceof Cancelled)) {
      throw error;
    }
    log.info("The environment was not made: cancelled.");
    return false;
  }
}

async function make(folder: string, log: Log, token: CancellationToken, report: (stage: string) => void): Promise<Made | Failed> {
  const selected = await selectedPython(workspace.workspaceFolders?.[0]?.uri);
  return createEnvironment(folder, readSource(), {
    system: { platform: process.platform, osRelease: readText("/etc/os-release") },
    hasGpu: process.platform !== "linux" || existsSync("/proc/driver/nvidia/version"),
    pythons: selected === undefined ? PYTHONS : [selected, ...PYTHONS],
    run: (command, args, line) => run(command, args, log, token, line),
    report,
    remove: (path) => rm(path, { recursive: true, force: true }),
    acceptsGpuLibraries,
    readJson: async (path) => JSON.parse(await readFile(path, "utf8")) as unknown,
  });
}

function readSource(): Source {
  const settings = workspace.getConfiguration("derender.environment");
  const text = (name: string): string => {
    const value: unknown = settings.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const named = text("package").replace(/^~(?=$|[\\/])/, () => homedir());
  return { package: named === "" ? "derender" : named, index: text("index"), torchIndex: text("torchIndex") };
}

async function acceptsGpuLibraries(): Promise<boolean> {
  const choice = await window.showWarningMessage(
    "This machine has no Nvidia graphics card, and pip would install the build of torch for one (several gigabytes). " +
      "An index with builds for the processor can be named in the setting derender.environment.torchIndex.",
    { modal: true },
    "Install All the Same",
  );
  return choice !== undefined;
}

async function tellFailure({ message, remedy }: Failed, log: Log): Promise<void> {
  const copy = "Copy Command";
  const sentence = remedy === "" ? message : `${message} Run '${remedy}' and try again.`;
  const choice = await window.showErrorMessage(sentence, ...(remedy === "" ? [] : [copy]), "Show Log");
  if (choice === copy) {
    await env.clipboard.writeText(remedy);
  } else if (choice === "Show Log") {
    log.show();
  }
}

/** Started in the home folder, so that nothing in the author's folder is taken for a Python module. */
function run(
  command: string,
  args: readonly string[],
  log: Log,
  token: CancellationToken,
  line: (text: string) => void = () => undefined,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    if (token.isCancellationRequested) {
      reject(new Cancelled());
      return;
    }
    log.info([command, ...args].join(" "));
    const child = spawn(command, args, { cwd: homedir(), windowsHide: true });
    const cancelled = token.onCancellationRequested(() => child.kill());
    let output = "";
    const take = (data: Buffer): void => {
      const text = data.toString();
      output += text;
      log.channel.append(text);
      text.split("\n").forEach(line);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const end = (succeeded: boolean): void => {
      cancelled.dispose();
      if (token.isCancellationRequested) {
        reject(new Cancelled());
      } else {
        resolve({ succeeded, output });
      }
    };
    child.once("error", () => {
      end(false); // there is no such program
    });
    child.once("close", (code) => {
      end(code === 0);
    });
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Where the environment lies in the extension's own storage. */
export function environmentFolder(storage: Uri): string {
  return Uri.joinPath(storage, "environment").fsPath;
}
