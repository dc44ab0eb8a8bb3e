// How the server is to be started, as the author's settings say it. What the server itself does is set by the other
// `derender.*` settings; those go to the server as they are, and the server checks them.

/** The settings that decide which server is started. An empty path says nothing. */
export interface ServerSettings {
  readonly path: string;
  readonly python: string;
  readonly arguments: readonly string[];
}

/** Usable settings, the default wherever a value was of the wrong type, and a sentence for each such value. */
export interface SettingsReading {
  readonly settings: ServerSettings;
  readonly problems: readonly string[];
}

/** What stands in for `~` and `${workspaceFolder}` in a path. */
export interface Places {
  readonly home: string;
  readonly workspaceFolder: string | undefined;
}

/** Reads the `derender.server.*` settings through `get`, which knows a setting by its name after `derender.server.`. */
export function readServerSettings(get: (name: string) => unknown, places: Places): SettingsReading {
  const problems: string[] = [];

  function checked<T>(name: string, expected: string, accepts: (value: unknown) => value is T, fallback: T): T {
    const value = get(name) ?? fallback;
    if (accepts(value)) {
      return value;
    }
    problems.push(`derender.server.${name} must be ${expected}, not ${JSON.stringify(value)}; it is ignored.`);
    return fallback;
  }

  const settings = {
    path: expanded(checked("path", "a path", isText, ""), places),
    python: expanded(checked("python", "a path", isText, ""), places),
    arguments: checked("arguments", "a list of texts", isTextList, []),
  };
  return { settings, problems };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function expanded(path: string, places: Places): string {
  return path
    .trim()
    .replace(/^~(?=$|[\\/])/, () => places.home)
    .replace(/^\$\{workspaceFolder\}/, () => places.workspaceFolder ?? "${workspaceFolder}");
}
