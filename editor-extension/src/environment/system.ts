// What the author's system lacks, and the command that installs it there.

/** A system, as far as it decides how something is installed. */
export interface System {
  /** Node's name of the platform. */
  readonly platform: string;
  /** The text of /etc/os-release; empty elsewhere. */
  readonly osRelease: string;
}

/** Names of systems, and what installs cairo's headers, a compiler and Python's headers there. */
const BY_SYSTEM: readonly (readonly [readonly string[], string])[] = [
  [["debian", "ubuntu"], "sudo apt-get install libcairo2-dev pkg-config python3-dev gcc"],
  [["fedora", "rhel", "centos"], "sudo dnf install cairo-devel pkgconf-pkg-config python3-devel gcc"],
  [["arch"], "sudo pacman -S --needed cairo pkgconf gcc"],
  [["suse", "opensuse"], "sudo zypper install cairo-devel pkg-config python3-devel gcc"],
  [["alpine"], "sudo apk add cairo-dev pkgconf python3-dev gcc musl-dev"],
];

/** The command that installs cairo with its headers; empty where none is known. */
export function cairoCommand({ platform, osRelease }: System): string {
  if (platform === "darwin") {
    return "brew install cairo pkg-config";
  }
  const names = identifiers(osRelease);
  return BY_SYSTEM.find(([systems]) => systems.some((system) => names.includes(system)))?.[1] ?? "";
}

/** Whether what pip printed says that pycairo could not be built. */
export function lacksCairo(output: string): boolean {
  return /pycairo/i.test(output) && /Dependency "cairo" not found|metadata-generation-failed|Failed building wheel|subprocess-exited-with-error/i.test(output);
}

/** Whether what Python printed says that it cannot make virtual environments, as Debian's cannot without python3-venv. */
export function lacksVenv(output: string): boolean {
  return /ensurepip is not available|No module named '?(venv|ensurepip)/i.test(output);
}

/** What the system calls itself and what it is like. */
function identifiers(osRelease: string): readonly string[] {
  return osRelease
    .split("\n")
    .filter((line) => /^ID(_LIKE)?=/.test(line))
    .flatMap((line) => line.replace(/^[^=]*=/, "").replaceAll(/["']/g, "").split(/\s+/))
    .map((name) => name.toLowerCase().replace(/^opensuse-.*/, "opensuse"));
}
