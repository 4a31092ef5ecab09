import { keepMemorySmall, loadConfig, startSidecar } from '@outrider/sidecar';
import { serveParent } from '../harness/parent.ts';

/** Where a measured sidecar is to be reached. */
export interface MeasuredSidecar {
  readonly pid: number;
  readonly socket: string;
  /** Base URL of everything it shows. */
  readonly metrics: string;
}

// The sidecar that is measured, as its command line starts it.
const collectGarbage = keepMemorySmall();
const [socket = '', series = ''] = process.argv.slice(2);
const sidecar = await startSidecar(
  loadConfig({
    flags: {
      'otlp-socket': socket,
      'otlp-listen': '127.0.0.1:0',
      'metrics-listen': '127.0.0.1:0',
      'limits-series': series,
      // What the growth table asks is what so many series cost.
      'limits-stored-bytes': String(2 ** 39),
    },
  }),
  { collectGarbage },
);
const ready: MeasuredSidecar = { pid: process.pid, socket, metrics: sidecar.addresses.metrics };
serveParent(ready, () => ({}));
