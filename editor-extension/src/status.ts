// The language status (the braces in the status bar of a TeX file): whether the server runs, and which.

import { languages, LanguageStatusSeverity, type Disposable } from "vscode";

const SELECTOR = ["latex", "tex", "derender"].map((language) => ({ language }));

export class ServerStatus implements Disposable {
  private readonly item = languages.createLanguageStatusItem("derender.server", SELECTOR);

  constructor() {
    this.item.name = "Derender";
    this.stopped("");
  }

  starting(command: string): void {
    this.show("Derender is starting", command, LanguageStatusSeverity.Information, true);
    this.item.command = { title: "Show Log", command: "derender.showLog" };
  }

  running(command: string): void {
    this.show("Derender", command, LanguageStatusSeverity.Information, false);
    this.item.command = { title: "Show Log", command: "derender.showLog" };
  }

  /** `reason` is empty when nothing went wrong. */
  stopped(reason: string): void {
    const severity = reason === "" ? LanguageStatusSeverity.Information : LanguageStatusSeverity.Error;
    this.show("Derender is not running", reason, severity, false);
    this.item.command = { title: "Start", command: "derender.restartServer" };
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(text: string, detail: string, severity: LanguageStatusSeverity, busy: boolean): void {
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = severity;
    this.item.busy = busy;
  }
}
