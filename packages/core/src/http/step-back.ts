import type { IncomingMessage } from 'node:http';
import { warnOnce } from '../warn.ts';
import { recordedByOpenTelemetry } from './opentelemetry-duration.ts';

const WARNING =
  'http.server.request.duration is recorded by @opentelemetry/instrumentation-http already: Outrider leaves its own out ' +
  'of what it tells, so that no request is counted twice, and tells everything else. To have it from Outrider, drop that ' +
  "of instrumentation-http by a view of your MeterProvider, or start OpenTelemetry with '@outrider/otel/register'.";

/** Whether `http.server.request.duration` is left to OpenTelemetry's instrumentation-http: decided once, by a request. */
export class StepBack {
  /** Whether no request has decided it yet. */
  undecided = true;
  readonly #onStepBack: () => void;

  /** @param onStepBack called once, if it is left to the other */
  constructor(onStepBack: () => void) {
    this.#onStepBack = onStepBack;
  }

  /** Keeps the metric, whoever else records it. */
  never(): void {
    this.undecided = false;
  }

  /** Looks for the other, from within a request. By the first one, whatever the SDK is to patch is patched. */
  look(request: IncomingMessage): void {
    let recorded: boolean | undefined = false;
    try {
      recorded = recordedByOpenTelemetry(request);
    } catch {
      // Code of others is asked here, inside a request, whose matter it is not.
    }
    this.undecided = recorded === undefined;
    if (recorded !== true) return;
    warnOnce(WARNING);
    this.#onStepBack();
  }
}
