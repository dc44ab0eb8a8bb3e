// What the extension and the server tell, in the output channel 'Derender'.
//
// A plain output channel, not a log channel: a window that is still opening knows plain channels from their creation on, but log
// channels only when it has come to rest. Until then it drops the wish to see one without a word, and the button 'Show Log' of a
// failure at the start would do nothing.

import { window, type Disposable } from "vscode";

export class Log implements Disposable {
  readonly channel = window.createOutputChannel("Derender", "log");

  info(message: string): void {
    this.write("info", message);
  }

  warn(message: string): void {
    this.write("warning", message);
  }

  error(message: string): void {
    this.write("error", message);
  }

  show(): void {
    this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }

  private write(level: string, message: string): void {
    this.channel.appendLine(`${new Date().toISOString()} [${level}] ${message}`);
  }
}
