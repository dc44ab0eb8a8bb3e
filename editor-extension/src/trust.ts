// In a folder that is not trusted the server only reads.

/** Commands of the server that change documents. */
export const CHANGING: readonly string[] = ["derender.apply", "derender.extrapolate", "derender.updateAll"];

/** The settings that the server gets: where the folder is not trusted it is to change nothing by itself. */
export function settingsFor(settings: unknown, trusted: boolean): unknown {
  return trusted || typeof settings !== "object" || settings === null
    ? settings
    : { ...settings, regenerateOnSave: false, changedPhotos: "never" };
}
