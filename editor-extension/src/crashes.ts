// A server that crashes is started again, unless it crashes all the time.

const MOST_CRASHES = 3;
const WITHIN_MILLISECONDS = 3 * 60 * 1000;

/** Remembers when the server crashed. */
export class CrashHistory {
  private times: readonly number[] = [];

  /** Notes a crash at `now` (milliseconds) and tells whether another start is worth trying. */
  worthRestarting(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WITHIN_MILLISECONDS), now];
    return this.times.length <= MOST_CRASHES;
  }
}
