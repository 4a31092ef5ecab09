/**
 * `live` pushes; `silent` is connected and has not pushed for two intervals; `stale` has stopped without a word; `ended`
 * has said goodbye, or closed its connection and not come back.
 */
export type SessionState = 'live' | 'silent' | 'stale' | 'ended';

// How many of the last intervals count: enough to see past a flush between two regular pushes.
const REMEMBERED_INTERVALS = 4;
const SHORTEST_PATIENCE_MS = 15_000;
const UNKNOWN_PATIENCE_MS = 180_000;
const SHORTEST_SILENCE_MS = 1_000;

/** How long a process that lives may take to push again after it closed its connection. */
export const RECONNECTION_MS = 300;

/** Whether a process is there, as far as its pushes and its connection tell. Times are monotonic milliseconds. */
export class Presence {
  state: SessionState = 'live';
  readonly #intervals: number[] = [];
  #toldIntervalMs: number | undefined;
  #pushedAt: number | undefined;
  #isConnected = false;
  #hungUpAt: number | undefined;
  // A connection that closed while the process lived says nothing when it closes again.
  #trustsConnection = true;
  #goneSince = 0;

  /** Whether it has not gone. */
  get isPresent(): boolean {
    return this.state === 'live' || this.state === 'silent';
  }

  /** Since when it has been gone. */
  get goneSince(): number {
    return this.#goneSince;
  }

  /** Notes a push at `now`, which also wakes one that was given up. */
  pushed(now: number): void {
    const gap = this.#pushedAt === undefined ? Infinity : now - this.#pushedAt;
    // A longer silence is a pause (a suspended machine, a blocked process) and says nothing about the interval.
    if (gap <= UNKNOWN_PATIENCE_MS) {
      this.#intervals.push(gap);
      if (this.#intervals.length > REMEMBERED_INTERVALS) this.#intervals.shift();
    }
    if (this.state === 'ended') this.#trustsConnection = false;
    this.#pushedAt = now;
    this.#hungUpAt = undefined;
    this.state = 'live';
  }

  /** Notes that it keeps its connection between pushes, which it means to make every so many milliseconds. */
  connected(intervalMs: number): void {
    this.#toldIntervalMs = intervalMs;
    this.#isConnected = true;
  }

  /** Notes that its last connection was closed, and whether by the process. */
  disconnected(byPeer: boolean, now: number): void {
    this.#isConnected = false;
    if (byPeer && this.#trustsConnection) this.#hungUpAt = now;
  }

  /** Whether the process has closed its connection for good. */
  hasHungUp(now: number): boolean {
    return this.isPresent && this.#hungUpAt !== undefined && now - this.#hungUpAt >= RECONNECTION_MS;
  }

  /** Whether the process is there and does not push. */
  isBlocked(now: number): boolean {
    if (this.state !== 'live' || !this.#isConnected || this.#toldIntervalMs === undefined) return false;
    // One that is short of CPU time may push more seldom than it means to, and push all the same.
    const least = this.#intervals.length < REMEMBERED_INTERVALS ? 0 : Math.min(...this.#intervals);
    return this.#silence(now) > Math.max(SHORTEST_SILENCE_MS, 2 * Math.max(this.#toldIntervalMs, least));
  }

  /** Whether it is not connected, and has been silent for longer than it ever takes between two pushes. */
  isOverdue(now: number): boolean {
    return this.isPresent && !this.#isConnected && this.#silence(now) > this.#patience;
  }

  /** Notes that it has gone, or is silent. */
  leave(state: Exclude<SessionState, 'live'>, now: number): void {
    this.state = state;
    this.#goneSince = now;
    if (!this.isPresent) this.#isConnected = false;
  }

  #silence(now: number): number {
    return now - (this.#pushedAt ?? now);
  }

  get #patience(): number {
    const intervals = this.#toldIntervalMs === undefined ? this.#intervals : [this.#toldIntervalMs];
    return intervals.length === 0 ? UNKNOWN_PATIENCE_MS : Math.max(SHORTEST_PATIENCE_MS, 3 * Math.max(...intervals));
  }
}
