// What stands between the editor and the server: commands get what a palette does not give them, lenses lead to the gallery, and in
// a folder that is not trusted the server only reads.

import { window, workspace, type CodeLens } from "vscode";
import type { ConfigurationParams, Middleware } from "vscode-languageclient/node";
import { CHANGING, settingsFor } from "./trust";

const OF_A_DOCUMENT = ["derender.readAgain", "derender.updateAll"];

export const middleware: Middleware = {
  executeCommand: async (command, given, next) => {
    const args: unknown[] = given;
    if (!workspace.isTrusted && CHANGING.includes(command)) {
      return undefined;
    }
    if (OF_A_DOCUMENT.includes(command) && args.length === 0) {
      const document = window.activeTextEditor?.document;
      return document === undefined ? undefined : ((await next(command, [document.uri.toString()])) as unknown);
    }
    if (command === "derender.extrapolate" && args.length === 3 && args[2] === null) {
      const bound = await askForBound(String(args[1]));
      return bound === undefined ? undefined : ((await next(command, [args[0], args[1], bound])) as unknown);
    }
    return (await next(command, args)) as unknown;
  },

  provideCodeLenses: async (document, token, next) => {
    const lenses = await next(document, token);
    return lenses?.map((lens) => leadingToGallery(lens, document.uri.toString()));
  },

  provideCodeActions: (document, range, context, token, next) =>
    workspace.isTrusted ? next(document, range, context, token) : [],

  workspace: {
    configuration: async (params: ConfigurationParams, token, next) => {
      const settings: unknown = await next(params, token);
      return Array.isArray(settings) ? settings.map((item) => settingsFor(item, workspace.isTrusted)) : [];
    },
  },

  willSaveWaitUntil: (event, next) => (workspace.isTrusted ? next(event) : Promise.resolve([])),
};

/** A lens that starts nothing shows the gallery of its figure. */
function leadingToGallery(lens: CodeLens, uri: string): CodeLens {
  if (lens.command?.command === "") {
    lens.command = {
      title: lens.command.title,
      command: "derender.openGallery",
      arguments: [uri, lens.range.start.line, lens.range.start.character],
      tooltip: "Show all readings",
    };
  }
  return lens;
}

async function askForBound(variable: string): Promise<number | undefined> {
  const answer = await window.showInputBox({
    prompt: `How many turns shall the loop over ${variable} have?`,
    validateInput: (text) => (isBound(text) ? undefined : "A whole number from 1 to 1000"),
  });
  return answer === undefined ? undefined : Number(answer);
}

function isBound(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 1000;
}
