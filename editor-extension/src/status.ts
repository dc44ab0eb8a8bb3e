// Whether the server runs, and which: in the status bar while a TeX file or a program is at hand, and in the language status (the
// braces beside it).

import { languages, LanguageStatusSeverity, StatusBarAlignment, ThemeColor, window, type Disposable } from "vscode";

const LANGUAGES = ["latex", "tex", "derender"];
const SELECTOR = LANGUAGES.map((language) => ({ language }));

export class ServerStatus implements Disposable {
  private readonly item = languages.createLanguageStatusItem("derender.server", SELECTOR);

  private readonly bar = window.createStatusBarItem("derender.status", StatusBarAlignment.Right, 100);
  private readonly following = window.onDidChangeActiveTextEditor(() => {
    this.showWhereItMatters();
  });

  constructor() {
    this.item.name = "Derender";
    this.bar.name = "Derender";
    this.bar.command = "derender.showMenu";
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
    this.bar.dispose();
    this.following.dispose();
  }

  private show(text: string, detail: string, severity: LanguageStatusSeverity, busy: boolean): void {
    this.item.text = text;
    this.item.detail = detail;
    this.item.severity = severity;
    this.item.busy = busy;
    const isWrong = severity === LanguageStatusSeverity.Error;
    this.bar.text = `${busy ? "$(sync~spin)" : isWrong ? "$(warning)" : "$(edit)"} Derender`;
    this.bar.tooltip = detail === "" ? text : `${text}: ${detail}`;
    this.bar.backgroundColor = isWrong ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    this.showWhereItMatters();
  }

  private showWhereItMatters(): void {
    if (LANGUAGES.includes(window.activeTextEditor?.document.languageId ?? "")) {
      this.bar.show();
    } else {
      this.bar.hide();
    }
  }
}
