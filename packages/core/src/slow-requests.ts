import type { SlowRequest } from './slow-log.ts';

const CAPACITY = 100;

/** What a receiver takes at the most; a sidecar drops what is beyond it. */
const MAX_BYTES = 64 * 1024;

interface Slot {
  readonly request: SlowRequest;
  /** Its JSON, made when it is first told. */
  text: string | undefined;
}

/** The last hundred slow requests, whatever the rate limit let the log have of them. */
export class SlowRequests {
  readonly #slots: Slot[] = [];
  #next = 0;
  #json: string | undefined;

  /** Takes the place of the oldest one once there are a hundred. */
  add(request: SlowRequest): void {
    this.#slots[this.#next] = { request, text: undefined };
    this.#next = (this.#next + 1) % CAPACITY;
    this.#json = undefined;
  }

  /**
   * A JSON array of them, newest first, of 64 KiB at the most: older ones are left out where all of them are larger. Each is
   * written once, and the array only if one has come, so that a push costs little.
   */
  json(): string {
    this.#json ??= this.#array();
    return this.#json;
  }

  #array(): string {
    const texts: string[] = [];
    let bytes = '[]'.length;
    const held = this.#slots.length;
    for (let age = 1; age <= held; age++) {
      const slot = this.#slots[(this.#next - age + held) % held]!;
      slot.text ??= JSON.stringify(slot.request);
      const length = Buffer.byteLength(slot.text) + ','.length;
      if (bytes + length > MAX_BYTES) continue;
      bytes += length;
      texts.push(slot.text);
    }
    return `[${texts.join(',')}]`;
  }
}
