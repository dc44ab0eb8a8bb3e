// Wires the parts together; each has its own file.

import { workspace, type ExtensionContext } from "vscode";
import { ServerConnection } from "./client";
import { registerCommands, tellFailure } from "./commands";
import { Log } from "./log";
import { ServerStatus } from "./status";

let server: ServerConnection | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = new Log();
  const status = new ServerStatus();
  const connection = new ServerConnection(log, status, (message) => void tellFailure(message, log));
  server = connection;
  context.subscriptions.push(
    log,
    status,
    connection,
    ...registerCommands(connection, log),
    workspace.onDidGrantWorkspaceTrust(() => connection.restart()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("derender.server")) {
        void connection.restart();
      }
    }),
  );
  await connection.restart();
}

/** The editor waits for the server to end. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
