// The life of the language client: started, restarted and stopped, one after the other, with what goes wrong told to the author.

import { spawn, type ChildProcess } from "node:child_process";
import { homedir } from "node:os";
import { commands, window, workspace, type Disposable } from "vscode";
import { CloseAction, ErrorAction, LanguageClient, State, type LanguageClientOptions } from "vscode-languageclient/node";
import { CrashHistory } from "./crashes";
import type { Log } from "./log";
import { middleware } from "./middleware";
import { selectedPython } from "./python";
import { findServer, isExecutable, type Launch, type Missing } from "./server";
import { readServerSettings } from "./settings";
import type { ServerStatus } from "./status";
import { settingsFor } from "./trust";

/** A client whose errors go to the log alone: what concerns the author, ServerConnection tells. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** The one connection to the one server of this window. */
export class ServerConnection implements Disposable {
  private client: LanguageClient | undefined;
  private process: ChildProcess | undefined;
  private command: string | undefined;
  /** Ends when everything asked for so far is done: a start never overlaps a stop. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: Log,
    private readonly status: ServerStatus,
    private readonly ownEnvironment: string,
    private readonly tellFailure: (message: string) => void,
  ) {}

  /** The client of the server that runs, undefined while none does. */
  get running(): LanguageClient | undefined {
    return this.client?.isRunning() === true ? this.client : undefined;
  }

  /** Starts a server when none runs, or another one than before is to be used; `why` goes to the log. */
  async reconsider(why: string): Promise<void> {
    await this.queue;
    const found = await this.locate();
    if (found.kind === "launch" && found.command !== this.command) {
      this.log.info(why);
      await this.restart();
    }
  }

  /** Starts the server that the settings and the folder lead to, after stopping the one that runs. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  dispose(): void {
    void this.stop();
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step).catch((error: unknown) => {
      this.log.error(String(error));
    });
    return this.queue;
  }

  private async startNow(): Promise<void> {
    const server = await this.locate();
    if (server.kind === "missing") {
      this.fail(server.message);
      return;
    }
    this.log.info(`Starting ${[server.command, ...server.arguments].join(" ")} (from ${server.origin})`);
    this.status.starting(server.command);
    const client = new QuietClient("derender", "Derender", () => this.spawn(server), this.clientOptions());
    try {
      await client.start();
    } catch (error) {
      this.log.error(String(error));
    }
    if (client.isRunning()) {
      this.client = client;
      this.command = server.command;
      this.tellRunning(true);
      client.onDidChangeState(({ newState }) => {
        this.tellRunning(newState === State.Running);
      });
      this.status.running(server.command);
    } else {
      // start() also ends without an error where the server ends before it has answered.
      this.kill();
      this.fail(`Derender's language server (${server.command}) did not start; the log says why.`);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.command = undefined;
    this.tellRunning(false);
    try {
      await client?.stop();
    } catch (error) {
      this.log.warn(`The server did not stop as asked: ${String(error)}`);
    }
    this.kill();
    this.status.stopped("");
  }

  private async locate(): Promise<Launch | Missing> {
    const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
    const configuration = workspace.getConfiguration("derender.server");
    const places = { home: homedir(), workspaceFolder: folders[0] };
    const { settings, problems } = readServerSettings((name) => configuration.get(name), places);
    for (const problem of problems) {
      this.log.warn(problem);
      void window.showWarningMessage(problem);
    }
    const isNamed = settings.path !== "" || settings.python !== ""; // then the Python extension need not even be started
    return findServer(settings, {
      workspaceFolders: folders,
      trusted: workspace.isTrusted,
      selectedPython: isNamed || !workspace.isTrusted ? undefined : await selectedPython(workspace.workspaceFolders?.[0]?.uri),
      ownEnvironment: this.ownEnvironment,
      searchPath: process.env.PATH ?? "",
      windows: process.platform === "win32",
      isExecutable,
    });
  }

  /** Started in the home folder, so that nothing in the author's folder is taken for a part of the server. */
  private spawn({ command, arguments: args }: Launch): Promise<ChildProcess> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: homedir(), windowsHide: true });
      this.process = child;
      child.once("spawn", () => {
        resolve(child);
      });
      child.once("error", reject);
    });
  }

  /** Ends a server that is still there after it was asked to go. */
  private kill(): void {
    if (this.process?.exitCode === null && this.process.signalCode === null) {
      this.process.kill("SIGKILL");
    }
    this.process = undefined;
  }

  private clientOptions(): LanguageClientOptions {
    const crashes = new CrashHistory();
    return {
      documentSelector: ["latex", "tex", "derender"].map((language) => ({ scheme: "file", language })),
      outputChannel: this.log.channel,
      traceOutputChannel: this.log.channel,
      middleware,
      // The server asks for the settings, too; with these it does not have to wait for the answer.
      initializationOptions: settingsFor(JSON.parse(JSON.stringify(workspace.getConfiguration("derender"))), workspace.isTrusted),
      initializationFailedHandler: () => false, // startNow tells the author
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: this.closed(crashes), handled: true }),
      },
    };
  }

  private closed(crashes: CrashHistory): CloseAction {
    if (this.client === undefined) {
      return CloseAction.DoNotRestart; // while starting or stopping: not a crash of a server that worked
    }
    if (crashes.worthRestarting(Date.now())) {
      this.log.warn("The server ended unexpectedly and is started again.");
      this.client.diagnostics?.clear(); // nobody stands behind them until the next server has looked
      return CloseAction.Restart;
    }
    this.client = undefined;
    this.fail("Derender's language server ended unexpectedly several times and is not started again; the log says why.");
    return CloseAction.DoNotRestart;
  }

  /** Commands of the palette that need the server are shown while it runs. */
  private tellRunning(runs: boolean): void {
    void commands.executeCommand("setContext", "derender.running", runs);
  }

  private fail(message: string): void {
    this.log.error(message);
    this.status.stopped(message);
    this.tellFailure(message);
  }
}
