// The commands of the palette that concern Derender as a whole, and the way out of a failure.

import { commands, env, window, type Disposable } from "vscode";
import type { ServerConnection } from "./client";
import { setUpEnvironment } from "./environment/setup";
import type { Log } from "./log";
import { canSelectPython } from "./python";

export function registerCommands(server: ServerConnection, ownEnvironment: string, log: Log): readonly Disposable[] {
  return [
    commands.registerCommand("derender.restartServer", () => server.restart()),
    commands.registerCommand("derender.openSettings", openSettings),
    commands.registerCommand("derender.showLog", () => {
      log.show();
    }),
    commands.registerCommand("derender.showMenu", showMenu),
    commands.registerCommand("derender.createEnvironment", async () => {
      const ran = server.running !== undefined;
      await server.stop(); // it may run from the environment that is made anew
      if ((await setUpEnvironment(ownEnvironment, log)) || ran) {
        await server.restart();
      }
    }),
  ];
}

/** Shows what went wrong beside what helps. */
export async function tellFailure(message: string, log: Log): Promise<void> {
  const run = (command: string) => (): Thenable<unknown> => commands.executeCommand(command);
  const ways: readonly (readonly [string, () => Thenable<unknown>])[] = [
    ["Create Environment", run("derender.createEnvironment")],
    canSelectPython() ? ["Select Interpreter", run("python.setInterpreter")] : ["Open Settings", openSettings],
  ];
  const choice = await window.showErrorMessage(message, ...ways.map(([title]) => title), "Show Log");
  if (choice === "Show Log") {
    log.show();
  }
  await ways.find(([title]) => title === choice)?.[1]();
}

/** In a remote window the server runs on the remote machine, and only that machine's settings page shows its settings. */
async function openSettings(): Promise<void> {
  const page = env.remoteName === undefined ? "workbench.action.openSettings" : "workbench.action.openRemoteSettings";
  await commands.executeCommand(page, { query: "derender.server" });
}

/** What can be done from the status bar. */
async function showMenu(): Promise<void> {
  const items = [
    { label: "$(list-selection) Show Readings", command: "derender.openGallery" },
    { label: "$(refresh) Read Pictures Again", command: "derender.readAgain" },
    { label: "$(sync) Update All Figures", command: "derender.updateAll" },
    { label: "$(debug-restart) Restart Language Server", command: "derender.restartServer" },
    { label: "$(output) Show Log", command: "derender.showLog" },
    { label: "$(gear) Open Settings", command: "derender.openSettings" },
  ];
  const choice = await window.showQuickPick(items, { placeHolder: "Derender" });
  if (choice !== undefined) {
    await commands.executeCommand(choice.command);
  }
}
