import type { RequestListener } from 'node:http';
import { numbers } from './collectors/collector.ts';
import type { ListenerGate } from './http/gate.ts';
import type { Logger } from './logger.ts';
import { EventStream } from './outlets/event-stream.ts';
import { createOutletHandler } from './outlets/handler.ts';
import { outlets } from './outlets/registry.ts';
import type { OutletContext } from './outlets/outlet.ts';
import { createSnapshots } from './snapshot.ts';
import type { Snapshot, SnapshotSources } from './snapshot.ts';

/** What {@link Showing} is given. */
export interface ShowingOptions extends Omit<SnapshotSources, 'wallClock'> {
  readonly log: Logger;
  /** Stands before all that is shown; asked for each time. */
  readonly gate: () => ListenerGate;
  readonly onExposition: NonNullable<OutletContext['onExposition']>;
  /** The most clients of the event stream. */
  readonly streamClients: () => number;
  /** Called for each client for which there is no room. */
  readonly onFull: () => void;
}

/** All that the sidecar shows: what it knows at each moment, over the outlets, to those whom the gate lets in. */
export class Showing {
  readonly handler: RequestListener;
  /** What is known now. */
  readonly snapshot: () => Snapshot;
  readonly #stream: EventStream;
  readonly #gate: () => ListenerGate;

  constructor({ log, gate, onExposition, streamClients, onFull, own, ...sources }: ShowingOptions) {
    const { clock } = sources;
    const clients = () => numbers('outrider.stream.clients', [[stream.clients]]);
    const snapshot = createSnapshots({ ...sources, own: (view) => [...own(view), clients()], wallClock: Date.now });
    const stream = new EventStream({ snapshot, log, limit: streamClients, onFull });
    this.handler = createOutletHandler({
      outlets,
      context: { log, clock, onExposition, stream },
      snapshot,
      gate: { check: (req) => gate().check(req), headers: (req) => gate().headers?.(req) },
    });
    this.snapshot = snapshot;
    this.#stream = stream;
    this.#gate = gate;
  }

  /** Ends the event streams of those whom the gate would not let in by now. */
  async endForeignStreams(): Promise<void> {
    await this.#stream.endUnless((req) => this.#gate().admits(req));
  }

  /** Ends all event streams. */
  close(): void {
    this.#stream.close();
  }
}
