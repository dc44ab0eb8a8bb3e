// What the server answers about a figure (derender.choices), checked before anything relies on it, and what gallery and editor say to
// each other.

/** One thing that can be made of the figure. */
export interface Choice {
  readonly title: string;
  readonly kind: "reading" | "extrapolation" | "correction";
  /** From 0 to 1; null where none is known. */
  readonly probability: number | null;
  readonly program: string;
  /** A data URI; empty where there is none. */
  readonly picture: string;
  /** The server's own, for derender.apply. */
  readonly choice: unknown;
}

/** Where the program overruled the network. */
export interface Correction {
  readonly sentence: string;
  /** Left, top, right, bottom in pixels of the photograph. */
  readonly place: readonly [number, number, number, number];
  /** The photograph's URI. */
  readonly photo: string;
}

export interface Contents {
  readonly name: string;
  /** A small picture of the photograph, as a data URI. */
  readonly photo: string;
  readonly summary: string;
  readonly agreement: string;
  readonly choices: readonly Choice[];
  readonly corrections: readonly Correction[];
}

/** What the gallery shows: the contents, the photograph in full where it can be had, and whether anything may be inserted. */
export interface Shown {
  readonly contents: Contents | null;
  readonly fullPhoto: string;
  readonly mayInsert: boolean;
}

/** What the gallery asks of the editor: to insert a choice, counted from 0, or to send what is to be shown. */
export type Wish = { readonly insert: number } | { readonly ready: true };

/** The server's answer as contents; undefined where it is none, for example from a server of another version. */
export function readContents(answer: unknown): Contents | undefined {
  if (!isRecord(answer) || !isText(answer.name) || !isText(answer.photo) || !isText(answer.summary) || !isText(answer.agreement)) {
    return undefined;
  }
  const { name, photo, summary, agreement, choices, corrections } = answer;
  if (!Array.isArray(choices) || !choices.every(isChoice) || !Array.isArray(corrections) || !corrections.every(isCorrection)) {
    return undefined;
  }
  return { name, photo, summary, agreement, choices, corrections };
}

/** The gallery's message as a wish; undefined for anything else. */
export function readWish(message: unknown): Wish | undefined {
  if (!isRecord(message)) {
    return undefined;
  }
  if (typeof message.insert === "number" && Number.isInteger(message.insert) && message.insert >= 0) {
    return { insert: message.insert };
  }
  return message.ready === true ? { ready: true } : undefined;
}

function isChoice(value: unknown): value is Choice {
  return (
    isRecord(value) &&
    isText(value.title) &&
    (value.kind === "reading" || value.kind === "extrapolation" || value.kind === "correction") &&
    (value.probability === null || typeof value.probability === "number") &&
    isText(value.program) &&
    isText(value.picture) &&
    "choice" in value
  );
}

function isCorrection(value: unknown): value is Correction {
  return (
    isRecord(value) &&
    isText(value.sentence) &&
    isText(value.photo) &&
    Array.isArray(value.place) &&
    value.place.length === 4 &&
    value.place.every((side) => typeof side === "number" && Number.isFinite(side))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
