// What pip says: how far it is, and whether it would take a build for graphics cards.

/** What pip is doing, for the progress bar; undefined for lines that tell an author nothing. */
export function stageOf(line: string): string | undefined {
  const collecting = /^Collecting ([\w.-]+)/.exec(line);
  if (collecting?.[1] !== undefined) {
    return `looking for ${collecting[1]}`;
  }
  const downloading = /^\s*Downloading \S*?([\w.-]+?)-\d\S* \(([^)]+)\)/.exec(line);
  if (downloading?.[1] !== undefined && downloading[2] !== undefined) {
    return `downloading ${downloading[1]} (${downloading[2]})`;
  }
  if (/^\s*(Building wheel|Preparing metadata)/.test(line)) {
    return "building what has no wheel for this system";
  }
  return line.startsWith("Installing collected packages") ? "installing" : undefined;
}

/** Whether pip's plan (`--report`) brings the libraries of Nvidia's graphics cards, which are several gigabytes. */
export function bringsGpuLibraries(report: unknown): boolean {
  return isPlan(report) && report.install.some(({ metadata }) => metadata.name.toLowerCase().startsWith("nvidia-"));
}

interface Plan {
  readonly install: readonly { readonly metadata: { readonly name: string } }[];
}

function isPlan(value: unknown): value is Plan {
  return (
    typeof value === "object" && value !== null && "install" in value && Array.isArray(value.install) &&
    value.install.every((item: unknown) => typeof (item as { metadata?: { name?: unknown } } | null)?.metadata?.name === "string")
  );
}
