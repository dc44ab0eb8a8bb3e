// Which language server to start. The search order: what the settings name, the selected Python environment, the folder's own
// .venv, the PATH, the environment that the extension made for itself.
//
// In a folder that is not trusted nothing that the folder brings along is started: its .venv and the Python environment selected
// for it are passed over here, and VS Code itself withholds the folder's derender.server.* settings (package.json,
// restrictedConfigurations).

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { ServerSettings } from "./settings";

/** A server that can be started, and where it was found, for the log. */
export interface Launch {
  readonly kind: "launch";
  readonly command: string;
  readonly arguments: readonly string[];
  readonly origin: string;
}

/** No server, and a sentence that says what to do. */
export interface Missing {
  readonly kind: "missing";
  readonly message: string;
}

/** What the search looks at. */
export interface Surroundings {
  readonly workspaceFolders: readonly string[];
  readonly trusted: boolean;
  /** The interpreter that the author selected for the folder, in the Python extension. */
  readonly selectedPython: string | undefined;
  /** Where the extension makes an environment of its own. */
  readonly ownEnvironment: string;
  /** The PATH variable. */
  readonly searchPath: string;
  readonly windows: boolean;
  readonly isExecutable: (path: string) => boolean;
}

export function findServer(settings: ServerSettings, surroundings: Surroundings): Launch | Missing {
  return (
    fromPathSetting(settings, surroundings) ??
    fromPythonSetting(settings, surroundings) ??
    fromSelectedPython(settings, surroundings) ??
    fromVirtualEnvironment(settings, surroundings) ??
    fromSearchPath(settings, surroundings) ??
    fromOwnEnvironment(settings, surroundings) ?? {
      kind: "missing",
      message: surroundings.trusted
        ? "Derender's language server is not installed in the selected Python environment, in the folder's .venv or on the PATH. " +
          "Have an environment made for it, or name the server in the setting derender.server.path."
        : "Derender's language server was not found on the PATH. Python environments are searched once you trust the folder.",
    }
  );
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // absent, or not ours to run
  }
}

// A setting that names no program ends the search: to start another server silently would hide the mistake.

function fromPathSetting({ path, arguments: more }: ServerSettings, { isExecutable }: Surroundings): Launch | Missing | undefined {
  if (path === "") {
    return undefined;
  }
  if (!isAbsolute(path) || !isExecutable(path)) {
    return { kind: "missing", message: `The setting derender.server.path must name a program by its full path; '${path}' is none.` };
  }
  return launch(path, more, "the setting derender.server.path");
}

function fromPythonSetting({ python, arguments: more }: ServerSettings, { isExecutable }: Surroundings): Launch | Missing | undefined {
  if (python === "") {
    return undefined;
  }
  if (!isAbsolute(python) || !isExecutable(python)) {
    return {
      kind: "missing",
      message: `The setting derender.server.python must name a Python interpreter by its full path; '${python}' is none.`,
    };
  }
  // -P keeps Python from importing modules of the folder it is started in.
  return launch(python, ["-P", "-m", "derender_lsp", ...more], "the setting derender.server.python");
}

function fromSelectedPython(settings: ServerSettings, surroundings: Surroundings): Launch | undefined {
  if (!surroundings.trusted || surroundings.selectedPython === undefined || !isAbsolute(surroundings.selectedPython)) {
    return undefined;
  }
  const program = join(dirname(surroundings.selectedPython), programName(surroundings));
  return surroundings.isExecutable(program) ? launch(program, settings.arguments, "the selected Python environment") : undefined;
}

function fromVirtualEnvironment(settings: ServerSettings, surroundings: Surroundings): Launch | undefined {
  if (!surroundings.trusted) {
    return undefined;
  }
  const found = surroundings.workspaceFolders
    .map((folder) => serverIn(join(folder, ".venv"), surroundings.windows))
    .find((path) => surroundings.isExecutable(path));
  return found === undefined ? undefined : launch(found, settings.arguments, "the folder's .venv");
}

function fromSearchPath(settings: ServerSettings, surroundings: Surroundings): Launch | undefined {
  const found = surroundings.searchPath
    .split(delimiter)
    .filter(isAbsolute) // an entry such as '.' would start what the folder brings along
    .map((folder) => join(folder, programName(surroundings)))
    .find((path) => surroundings.isExecutable(path));
  return found === undefined ? undefined : launch(found, settings.arguments, "the PATH");
}

function fromOwnEnvironment(settings: ServerSettings, surroundings: Surroundings): Launch | undefined {
  const program = serverIn(surroundings.ownEnvironment, surroundings.windows);
  return surroundings.isExecutable(program) ? launch(program, settings.arguments, "the environment that Derender made") : undefined;
}

/** The server's program in a virtual environment. */
export function serverIn(environment: string, windows: boolean): string {
  return join(environment, windows ? "Scripts" : "bin", programName({ windows }));
}

function programName({ windows }: { readonly windows: boolean }): string {
  return windows ? "derender-lsp.exe" : "derender-lsp";
}

function launch(command: string, before: readonly string[], origin: string): Launch {
  return { kind: "launch", command, arguments: [...before, "--stdio"], origin };
}
