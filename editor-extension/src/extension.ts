// Wires the parts together; each has its own file.

import { workspace, type ExtensionContext } from "vscode";
import { registerOffers } from "./actions";
import { ServerConnection } from "./client";
import { registerCommands, tellFailure } from "./commands";
import { environmentFolder } from "./environment/setup";
import { Gallery } from "./gallery/panel";
import { Log } from "./log";
import { onDidSelectPython } from "./python";
import { ServerStatus } from "./status";

let server: ServerConnection | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = new Log();
  const status = new ServerStatus();
  const ownEnvironment = environmentFolder(context.globalStorageUri);
  const connection = new ServerConnection(log, status, ownEnvironment, (message) => void tellFailure(message, log));
  server = connection;
  context.subscriptions.push(
    log,
    status,
    connection,
    ...registerCommands(connection, ownEnvironment, log),
    ...registerOffers(() => connection.running),
    new Gallery(context.extensionUri, () => connection.running),
    workspace.onDidGrantWorkspaceTrust(() => connection.restart()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("derender.server")) {
        void connection.restart();
      }
    }),
  );
  await connection.restart();
  const following = await onDidSelectPython(() => void connection.reconsider("Another Python environment was selected."));
  if (following !== undefined) {
    context.subscriptions.push(following);
  }
}

/** The editor waits for the server to end. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
