import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { forwardBackends } from '../../src/config/forward-backends.ts';
import type { ForwardBackend } from '../../src/config/forward-backends.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { toProtobuf } from '../receivers/otlp-encode.ts';

/** A request that arrived at the backend. */
interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Values of the counter `pushes` in it, by their attribute `sender`. */
  readonly pushes: ReadonlyArray<readonly [sender: string, value: number]>;
  readonly points: number;
}

/** How the backend answers a request; `undefined` takes it. */
type Answer = (res: ServerResponse, arrived: Arrived) => void;

/** A backend of OTLP/HTTP with the sidecar's own decoder: an OpenTelemetry Collector is in no package of Debian. */
export class Backend {
  /** What it took with status 200. */
  readonly taken: Arrived[] = [];
  /** All that it was asked, whatever it answered. */
  readonly asked: Arrived[] = [];
  answer: Answer = (res) => void res.end();
  readonly port: number;
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (req, res) => void this.#receive(req, res));
  }

  static async start(): Promise<Backend> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Backend(server);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Data points that it took. */
  get points(): number {
    return this.taken.reduce((sum, { points }) => sum + points, 0);
  }

  /** What it took of each sender, in the order of arrival. */
  get pushes(): Readonly<Record<string, number[]>> {
    const bySender: Record<string, number[]> = {};
    for (const { pushes } of this.taken) for (const [sender, value] of pushes) (bySender[sender] ??= []).push(value);
    return bySender;
  }

  /** Nobody listens at its port any more. */
  async down(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Listens again at the same port. */
  async up(): Promise<void> {
    this.#server = createServer((req, res) => void this.#receive(req, res)).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async #receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    // A sender that gives up in the middle of a request has delivered nothing.
    const body = await buffer(req).catch(() => undefined);
    if (body === undefined) return;
    const plain = req.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const { resources, points } = decodeOtlpProtobuf(plain, otlpLimits);
    const pushes = resources
      .flatMap(({ metrics }) => metrics)
      .flatMap((metric) => (metric.name === 'pushes' && metric.kind === 'counter' ? metric.points : []))
      .map(({ attributes, value }) => [attributes[0]?.[1] ?? '', value] as const);
    const arrived: Arrived = { path: req.url ?? '', headers: req.headers, pushes, points };
    this.asked.push(arrived);
    res.once('finish', () => {
      if (res.statusCode === 200) this.taken.push(arrived);
    });
    this.answer(res, arrived);
  }
}

/** A push of one sender as it comes over the wire: the counter `pushes`, and gauges as bulk. */
export function push(sender: string, value: number, { points = 3, pad = 0 } = {}): Uint8Array {
  const attributes = [{ key: 'sender', value: { stringValue: sender } }];
  const gauges = Array.from({ length: points - 1 }, (_, index) => ({
    asDouble: index,
    attributes: [{ key: 'n', value: { stringValue: `${index}${noise(pad)}` } }],
  }));
  const metrics = [
    {
      name: 'pushes',
      sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ asInt: value, attributes }] },
    },
    { name: 'bulk', gauge: { dataPoints: gauges } },
  ];
  return toProtobuf({ resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [{ metrics }] }] });
}

/** Text that compression cannot make much shorter. */
function noise(length: number): string {
  let text = '';
  while (text.length < length) text += Math.random().toString(36).slice(2);
  return text.slice(0, length);
}

/** A backend as the configuration has it. */
export function forwardTo(endpoint: string, settings: Readonly<Record<string, unknown>> = {}): ForwardBackend {
  const [backend] = forwardBackends.parse(new Map(Object.entries({ endpoint, ...settings })));
  return backend!;
}

/** The numbers from 1 to `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
