// Commands of the palette for what the server offers at the cursor. What changes the document is the server's code action; a command
// here only finds it, asks where there are several, and has it carried out.

import { commands, window, workspace, type Disposable, type TextEditor } from "vscode";
import {
  CodeActionRequest,
  CodeActionResolveRequest,
  type CodeAction,
  type Command,
  type LanguageClient,
} from "vscode-languageclient/node";
import { OFFERS, type Offer } from "./offers";

export function registerOffers(client: () => LanguageClient | undefined): readonly Disposable[] {
  return OFFERS.map((offer) =>
    commands.registerCommand(offer.command, async () => {
      const running = client();
      const editor = window.activeTextEditor;
      if (running !== undefined && editor !== undefined) {
        await carryOut(offer, running, editor);
      }
    }),
  );
}

async function carryOut(offer: Offer, client: LanguageClient, editor: TextEditor): Promise<void> {
  if (!workspace.isTrusted) {
    void window.showInformationMessage("In a folder that you do not trust Derender only reads.");
    return;
  }
  const offered = (await offeredAt(client, editor)).filter(({ title }) => offer.titles.test(title));
  const action = offered.length > 1 ? await pick(offered) : offered[0];
  if (offered.length === 0) {
    void window.showInformationMessage(offer.otherwise);
  }
  if (action !== undefined) {
    await apply(client, action);
  }
}

async function offeredAt(client: LanguageClient, editor: TextEditor): Promise<readonly CodeAction[]> {
  const answer = await client.sendRequest(CodeActionRequest.type, {
    textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(editor.document),
    range: client.code2ProtocolConverter.asRange(editor.selection),
    context: { diagnostics: [] },
  });
  return (answer ?? []).filter(isAction);
}

function isAction(item: Command | CodeAction): item is CodeAction {
  return typeof item.command !== "string";
}

async function pick(offered: readonly CodeAction[]): Promise<CodeAction | undefined> {
  const items = offered.map((action) => ({ label: action.title, action }));
  return (await window.showQuickPick(items, { placeHolder: "Which one?" }))?.action;
}

async function apply(client: LanguageClient, offered: CodeAction): Promise<void> {
  const action =
    offered.edit === undefined && offered.command === undefined ? await client.sendRequest(CodeActionResolveRequest.type, offered) : offered;
  if (action.edit !== undefined) {
    await workspace.applyEdit(await client.protocol2CodeConverter.asWorkspaceEdit(action.edit));
  }
  if (action.command !== undefined) {
    await commands.executeCommand(action.command.command, ...((action.command.arguments as unknown[] | undefined) ?? []));
  }
}
