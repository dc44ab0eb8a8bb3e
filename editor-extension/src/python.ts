// The Python environment that the author selected, as the Python extension tells it; without that extension there is none.

import { extensions, type Disposable, type Event, type Uri } from "vscode";

const EXTENSION = "ms-python.python";

/** The part of the Python extension's interface that is used here. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<
      { readonly executable: { readonly uri: Uri | undefined } } | undefined
    >;
    readonly onDidChangeActiveEnvironmentPath: Event<unknown>;
  };
}

/** The full path of the interpreter that is selected for a folder. */
export async function selectedPython(folder: Uri | undefined): Promise<string | undefined> {
  const environments = (await pythonExtension())?.environments;
  if (environments === undefined) {
    return undefined;
  }
  const found = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(folder));
  return found?.executable.uri?.fsPath;
}

/** Calls `listener` whenever the author selects another interpreter. */
export async function onDidSelectPython(listener: () => void): Promise<Disposable | undefined> {
  return (await pythonExtension())?.environments.onDidChangeActiveEnvironmentPath(listener);
}

/** Whether the author has the Python extension, which can be asked to select an interpreter. */
export function canSelectPython(): boolean {
  return extensions.getExtension(EXTENSION) !== undefined;
}

/** Its interface, undefined where it is missing, fails to start or is so old that it has none. */
async function pythonExtension(): Promise<PythonExtension | undefined> {
  try {
    const found = await extensions.getExtension<Partial<PythonExtension> | undefined>(EXTENSION)?.activate();
    return found?.environments === undefined ? undefined : { environments: found.environments };
  } catch {
    return undefined;
  }
}
