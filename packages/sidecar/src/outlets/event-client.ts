import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Snapshot } from '../snapshot.ts';

// In ticks of a second each.
const KEEP_ALIVE_TICKS = 15;
const STUCK_TICKS = 30;

/** One who listens to the event stream. Holds what it has not taken yet: one event at the most. */
export class EventClient {
  readonly #res: ServerResponse;
  #skipsTick: boolean;
  #told: Snapshot | undefined;
  #quietTicks = 0;
  #stuckTicks = 0;

  /** @param options.skipsTick whether the next tick comes too soon after the first event */
  constructor(res: ServerResponse, options: { readonly skipsTick: boolean }) {
    this.#res = res;
    this.#skipsTick = options.skipsTick;
  }

  /** What it asked with. */
  get request(): IncomingMessage {
    return this.#res.req;
  }

  /** Whether it has not taken for half a minute what was sent. */
  get isStuck(): boolean {
    return this.#stuckTicks >= STUCK_TICKS;
  }

  /** Sends the event of a snapshot, however busy the client is. */
  send(snapshot: Snapshot, event: Buffer): void {
    this.#told = snapshot;
    this.#write(event);
  }

  /** Another second is over: sends what is new, or now and then a comment, so that a dead connection is noticed. */
  tick(snapshot: Snapshot, event: () => Buffer): void {
    if (this.#skipsTick) {
      this.#skipsTick = false;
      return;
    }
    // What the kernel has not taken yet is the event before: this one is left out, the next may fit.
    if (this.#res.writableLength > 0) {
      this.#stuckTicks += 1;
      return;
    }
    this.#stuckTicks = 0;
    this.#quietTicks += 1;
    if (this.#told !== snapshot) this.send(snapshot, event());
    else if (this.#quietTicks >= KEEP_ALIVE_TICKS) this.#write(': keep-alive\n\n');
  }

  /** Ends the response; the connection at once if something waits to be taken. */
  end(): void {
    if (this.#res.writableLength > 0) this.#res.destroy();
    else this.#res.end();
  }

  #write(chunk: Buffer | string): void {
    this.#quietTicks = 0;
    this.#res.write(chunk);
  }
}
