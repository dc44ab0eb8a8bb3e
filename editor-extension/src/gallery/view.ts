// Runs in the gallery's page: shows what the editor sends, and tells it what was clicked. Texts are set as texts, never as markup.

import type { Choice, Contents, Correction, Shown } from "./contents";

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const SVG = "http://www.w3.org/2000/svg";
const HEADINGS: readonly (readonly [Choice["kind"], string])[] = [
  ["reading", "Readings"],
  ["correction", "Without a correction"],
  ["extrapolation", "Continued"],
];

const editor = acquireVsCodeApi();
const gallery = document.getElementById("gallery");

window.addEventListener("message", (event: MessageEvent<Shown>) => {
  gallery?.replaceChildren(...(event.data.contents === null ? [paragraph("The figure is no longer there.")] : page(event.data, event.data.contents)));
});
editor.postMessage({ ready: true });

function page({ fullPhoto, mayInsert }: Shown, contents: Contents): HTMLElement[] {
  const sentences = [contents.summary, contents.agreement].filter((sentence) => sentence !== "").map(paragraph);
  const notice = mayInsert ? [] : [paragraph("In a folder that you do not trust nothing can be inserted.")];
  return [
    element("h1", {}, contents.name),
    photograph(contents, fullPhoto),
    ...sentences,
    ...notice,
    ...corrections(contents.corrections),
    ...HEADINGS.flatMap(([kind, heading]) => group(contents.choices, kind, heading, mayInsert)),
  ];
}

/** The photograph, with a frame around each place where the program overruled the network. */
function photograph({ photo, name, corrections: corrected }: Contents, fullPhoto: string): HTMLElement {
  const picture = document.createElement("img");
  picture.alt = `Photograph ${name}`;
  const figure = element("figure", { class: "photograph" }, picture);
  picture.addEventListener("load", () => {
    if (picture.src !== photo && corrected.length > 0) {
      figure.append(overlay(corrected, picture.naturalWidth, picture.naturalHeight));
    }
  });
  picture.addEventListener("error", () => {
    if (picture.src !== photo) {
      picture.src = photo; // a format that the editor does not show
    }
  });
  picture.src = fullPhoto === "" ? photo : fullPhoto;
  return figure;
}

function overlay(corrected: readonly Correction[], width: number, height: number): SVGElement {
  const frame = document.createElementNS(SVG, "svg");
  frame.setAttribute("viewBox", `0 0 ${width} ${height}`);
  frame.setAttribute("class", "overlay");
  corrected.forEach(({ place: [left, top, right, bottom], sentence }, number) => {
    const box = document.createElementNS(SVG, "rect");
    box.setAttribute("x", String(left));
    box.setAttribute("y", String(top));
    box.setAttribute("width", String(Math.max(right - left, 1)));
    box.setAttribute("height", String(Math.max(bottom - top, 1)));
    box.setAttribute("data-correction", String(number));
    const title = document.createElementNS(SVG, "title");
    title.textContent = sentence;
    box.append(title);
    frame.append(box);
  });
  return frame;
}

/** The corrections in words; resting on one marks its place on the photograph. */
function corrections(corrected: readonly Correction[]): HTMLElement[] {
  if (corrected.length === 0) {
    return [];
  }
  const items = corrected.map(({ sentence }, number) => {
    const item = element("li", { tabindex: "0" }, sentence);
    const mark = (marked: boolean) => (): void => {
      document.querySelector(`[data-correction="${number}"]`)?.classList.toggle("marked", marked);
    };
    for (const [begin, end] of [["mouseenter", "mouseleave"], ["focus", "blur"]] as const) {
      item.addEventListener(begin, mark(true));
      item.addEventListener(end, mark(false));
    }
    return item;
  });
  return [element("h2", {}, "Corrections"), element("ol", {}, ...items)];
}

function group(choices: readonly Choice[], kind: Choice["kind"], heading: string, mayInsert: boolean): HTMLElement[] {
  const cards = choices.flatMap((choice, number) => (choice.kind === kind ? [card(choice, number, mayInsert)] : []));
  return cards.length === 0 ? [] : [element("h2", {}, heading), element("div", { class: "cards" }, ...cards)];
}

function card({ title, probability, program, picture }: Choice, number: number, mayInsert: boolean): HTMLElement {
  const button = element("button", { class: "card", title: program, "data-choice": String(number), type: "button" });
  if (picture !== "") {
    const drawing = document.createElement("img");
    drawing.src = picture;
    drawing.alt = title;
    button.append(drawing);
  }
  button.append(element("span", { class: "title" }, title));
  if (probability !== null) {
    const bar = document.createElement("meter");
    bar.value = probability;
    bar.title = `Probability ${percent(probability)}`;
    button.append(bar, element("span", { class: "probability" }, percent(probability)));
  }
  if (mayInsert) {
    button.addEventListener("click", () => {
      editor.postMessage({ insert: number });
    });
  } else {
    button.setAttribute("disabled", "");
  }
  return button;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function paragraph(text: string): HTMLElement {
  return element("p", {}, text);
}

function element(name: string, attributes: Readonly<Record<string, string>>, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}
