// The gallery of a figure: its photograph, and all that can be made of it as pictures to click.

import { commands, languages, Uri, ViewColumn, window, workspace, type Disposable, type WebviewPanel } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { readContents, readWish, type Choice, type Contents, type Shown } from "./contents";
import { galleryPage } from "./page";

/** A place in a document. */
interface Place {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
}

const NOTHING = "There is no photograph here that was read: put the cursor on its \\includegraphics.";

/** The one gallery of this window. */
export class Gallery implements Disposable {
  private panel: WebviewPanel | undefined;
  private place: Place | undefined;
  private contents: Contents | undefined;
  private readonly subscriptions: readonly Disposable[];

  constructor(
    private readonly extension: Uri,
    private readonly client: () => LanguageClient | undefined,
  ) {
    this.subscriptions = [
      // A lens names its figure; a menu gives arguments of its own, and then the cursor counts.
      commands.registerCommand("derender.openGallery", (uri?: unknown, line?: unknown, character?: unknown) =>
        this.open(
          typeof uri === "string" && typeof line === "number" && typeof character === "number" ? { uri, line, character } : placeOfCursor(),
        ),
      ),
      languages.onDidChangeDiagnostics(({ uris }) => {
        if (this.panel !== undefined && uris.some((uri) => uri.toString() === Uri.parse(this.place?.uri ?? "").toString())) {
          void this.refresh(); // the photograph may have been read anew
        }
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    ];
  }

  dispose(): void {
    this.panel?.dispose();
    this.subscriptions.forEach((subscription) => {
      subscription.dispose();
    });
  }

  private async open(place: Place | undefined): Promise<void> {
    this.place = place;
    this.contents = await this.ask();
    if (this.contents === undefined) {
      void window.showInformationMessage(NOTHING);
      return;
    }
    if (this.panel === undefined) {
      this.panel = this.create();
    } else {
      this.panel.reveal(undefined, true);
    }
    this.show();
  }

  private async refresh(): Promise<void> {
    if (this.panel !== undefined) {
      this.contents = await this.ask();
      this.show();
    }
  }

  private async ask(): Promise<Contents | undefined> {
    if (this.place === undefined || this.client() === undefined) {
      return undefined;
    }
    const { uri, line, character } = this.place;
    try {
      return readContents(await commands.executeCommand("derender.choices", uri, { line, character }));
    } catch {
      return undefined; // the server is ending or starting
    }
  }

  private create(): WebviewPanel {
    const out = Uri.joinPath(this.extension, "out");
    const panel = window.createWebviewPanel(
      "derender.gallery",
      "Derender",
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: this.roots(), enableCommandUris: false },
    );
    const { webview } = panel;
    panel.iconPath = Uri.joinPath(this.extension, "icon.png");
    webview.onDidReceiveMessage((message) => this.receive(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    webview.html = galleryPage({
      source: webview.cspSource,
      script: webview.asWebviewUri(Uri.joinPath(out, "gallery.js")).toString(),
      style: webview.asWebviewUri(Uri.joinPath(out, "gallery.css")).toString(),
    });
    return panel;
  }

  /** The page may read its own files and the folder of the photograph that it shows in full; nothing else. */
  private roots(): Uri[] {
    const photo = this.photo();
    return [Uri.joinPath(this.extension, "out"), ...(photo === undefined ? [] : [Uri.joinPath(photo, "..")])];
  }

  private photo(): Uri | undefined {
    const uri = this.contents?.corrections[0]?.photo;
    return uri?.startsWith("file:") === true ? Uri.parse(uri) : undefined;
  }

  private show(): void {
    if (this.panel === undefined) {
      return;
    }
    const { webview } = this.panel;
    webview.options = { ...webview.options, localResourceRoots: this.roots() };
    const photo = this.photo();
    const shown: Shown = {
      contents: this.contents ?? null,
      fullPhoto: photo === undefined ? "" : webview.asWebviewUri(photo).toString(),
      mayInsert: workspace.isTrusted,
    };
    void webview.postMessage(shown);
  }

  private async receive(message: unknown): Promise<void> {
    const wish = readWish(message);
    if (wish === undefined) {
      return;
    }
    if ("ready" in wish) {
      this.show();
      return;
    }
    const chosen = this.contents?.choices[wish.insert];
    if (chosen !== undefined && workspace.isTrusted) {
      await this.insert(chosen);
    }
  }

  private async insert({ choice }: Choice): Promise<void> {
    try {
      if ((await commands.executeCommand("derender.apply", choice)) === true) {
        this.panel?.dispose();
      }
    } catch (error) {
      // For example a photograph that was changed meanwhile.
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      await this.refresh();
    }
  }
}

function placeOfCursor(): Place | undefined {
  const editor = window.activeTextEditor;
  return editor && { uri: editor.document.uri.toString(), ...positionOf(editor.selection.active) };
}

function positionOf({ line, character }: { readonly line: number; readonly character: number }): Omit<Place, "uri"> {
  return { line, character };
}
