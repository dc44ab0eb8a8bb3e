// The palette's commands that carry out what the light bulb offers at the cursor, and which of its titles belong to which.

/** A command and the titles that it carries out. */
export interface Offer {
  readonly command: string;
  readonly titles: RegExp;
  /** What the author is told where none of these titles is offered. */
  readonly otherwise: string;
}

const NO_FIGURE = "There is no photograph here that was read: put the cursor on its \\includegraphics.";
const NO_REGION = "There is no figure of Derender here: put the cursor into one.";

export const OFFERS: readonly Offer[] = [
  { command: "derender.insertProgram", titles: /^Insert TikZ program$/, otherwise: NO_FIGURE },
  { command: "derender.insertCommands", titles: /^Insert TikZ commands$/, otherwise: NO_FIGURE },
  { command: "derender.insertGraphicsProgram", titles: /^Insert graphics program$/, otherwise: NO_FIGURE },
  { command: "derender.insertBelow", titles: /^Insert .* below$/, otherwise: NO_FIGURE },
  { command: "derender.insertReading", titles: /^Insert TikZ program \(reading /, otherwise: "There are no other readings here." },
  {
    command: "derender.keepRead",
    titles: /^(Keep '.*' as it was read|Leave out '.*', which was not read)$/s,
    otherwise: "Nothing was corrected here.",
  },
  {
    command: "derender.extrapolateFigure",
    titles: /^(Extrapolate|Insert TikZ program with) /,
    otherwise: "There is no loop here that could go on.",
  },
  { command: "derender.regenerate", titles: /^Regenerate figure from its program$/, otherwise: "No figure here waits for that." },
  { command: "derender.redraw", titles: /^Redraw figure from the changed picture/, otherwise: "The picture of no figure here has changed." },
  { command: "derender.overwriteEdits", titles: /^Overwrite edits by hand/, otherwise: "No figure here was edited by hand." },
  { command: "derender.switchForm", titles: /^Switch figure to /, otherwise: NO_REGION },
  { command: "derender.detach", titles: /^Detach figure from Derender$/, otherwise: NO_REGION },
  { command: "derender.nameRoot", titles: /^Name '.*' as the root document$/s, otherwise: "The root document of this file is known." },
];
