import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Listeners of diagnostics channels. What one throws never reaches the application, to which it would be uncaught. */
export class ChannelListeners {
  readonly #onFailure: () => void;
  readonly #listeners: Array<readonly [channel: string, listener: (message: unknown) => void]> = [];
  #open = false;

  /** @param onFailure called where a listener has thrown */
  constructor(onFailure: () => void) {
    this.#onFailure = onFailure;
  }

  /** Adds a listener. The message has the shape that the channel's owner gives it, which nobody has checked. */
  on(channel: string, listener: (message: never) => void): void {
    const guarded = (message: unknown): void => {
      try {
        listener(message as never);
      } catch {
        // A version that publishes something else: what cannot be read is not told.
        this.#onFailure();
      }
    };
    this.#listeners.push([channel, guarded]);
  }

  /** Listens from now on. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    for (const [channel, listener] of this.#listeners) subscribe(channel, listener);
  }

  /** Listens to nothing any more. */
  close(): void {
    this.#open = false;
    for (const [channel, listener] of this.#listeners) unsubscribe(channel, listener);
  }
}
