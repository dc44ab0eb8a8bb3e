// The commands of the palette, and the way out of a failure. What changes a document is a code action of the server, not a
// command here.

import { commands, env, window, type Disposable } from "vscode";
import type { ServerConnection } from "./client";
import type { Log } from "./log";

export function registerCommands(server: ServerConnection, log: Log): readonly Disposable[] {
  return [
    commands.registerCommand("derender.restartServer", () => server.restart()),
    commands.registerCommand("derender.openSettings", openSettings),
    commands.registerCommand("derender.showLog", () => {
      log.show();
    }),
  ];
}

/** Shows what went wrong beside the two things that help. */
export async function tellFailure(message: string, log: Log): Promise<void> {
  const choice = await window.showErrorMessage(message, "Open Settings", "Show Log");
  if (choice === "Open Settings") {
    await openSettings();
  } else if (choice === "Show Log") {
    log.show();
  }
}

/** In a remote window the server runs on the remote machine, and only that machine's settings page shows its settings. */
async function openSettings(): Promise<void> {
  const page = env.remoteName === undefined ? "workbench.action.openSettings" : "workbench.action.openRemoteSettings";
  await commands.executeCommand(page, { query: "derender.server" });
}
