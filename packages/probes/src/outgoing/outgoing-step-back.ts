import { toldByOpenTelemetry, warnOnce } from '@outrider/core';
import http from 'node:http';
import https from 'node:https';

/** What makes calls: undici, which fetch is too, and node:http with node:https. */
export type OutgoingClient = 'undici' | 'http';

const CLIENTS: readonly OutgoingClient[] = ['undici', 'http'];
const METRIC = 'http.client.request.duration';

/** How often it is looked for an instrumentation: an SDK makes calls of its own before it is ready, so once is too early. */
const LOOK_MS = 10_000;

/** Which clients' `http.client.request.duration` is left to an OpenTelemetry instrumentation that tells it already. */
export class OutgoingStepBack {
  readonly #left = new Set<OutgoingClient>();
  #nextLook = 0;

  /** Whether the durations of a client are told by the other. */
  hasLeft(client: OutgoingClient): boolean {
    return this.#left.has(client);
  }

  /**
   * Looks for the other, if it is time to.
   *
   * @param now monotonic milliseconds
   */
  look(now: number): void {
    if (now < this.#nextLook) return;
    this.#nextLook = now + LOOK_MS;
    for (const client of CLIENTS) {
      if (this.#left.has(client) || !isToldElsewhere(client)) continue;
      this.#left.add(client);
      warnOnce(
        `${METRIC} is recorded by @opentelemetry/instrumentation-${client} already: Outrider leaves its own out for ` +
          'those calls, so that none is counted twice, and tells everything else. To have it from Outrider, drop that ' +
          'of the instrumentation by a view of your MeterProvider.',
      );
    }
  }
}

function isToldElsewhere(client: OutgoingClient): boolean {
  const told = toldByOpenTelemetry(METRIC, `@opentelemetry/instrumentation-${client}`);
  // instrumentation-http makes its metric also where it is to leave outgoing requests alone, which shows in what it has
  // patched; that also says enough of a MeterProvider whose inside is unknown. Of undici there is nothing to see.
  if (client === 'http') return told !== false && (isPatched(http.request) || isPatched(https.request));
  return told === true;
}

function isPatched(request: unknown): boolean {
  return (request as { readonly __wrapped?: unknown }).__wrapped === true;
}
