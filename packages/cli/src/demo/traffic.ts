import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import type { Random } from './random.ts';

/** How the traffic is made. */
export interface TrafficOptions {
  /** Where the applications answer: `http://127.0.0.1:3001`. */
  readonly targets: readonly string[];
  /** Requests in a second, all targets together. */
  readonly rate: number;
  readonly random: Random;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Milliseconds after which the client hangs up. */
  readonly abortAfterMs?: number;
}

// An application that hangs shall not make the demo pile up requests.
const MAX_IN_FLIGHT = 100;
const PRODUCTS = 300;
// So many are there at once; one comes, and one leaves, every few requests.
const VISITORS = 40;
const REQUESTS_BETWEEN_VISITORS = 10;

const get = (path: string): Call => ({ method: 'GET', path });

/** Gentle traffic of imaginary customers, the same sequence for the same seed. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #orders: Map<string, number>;
  #inFlight = 0;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#orders = new Map(options.targets.map((target) => [target, 1]));
    this.#next();
  }

  /** Ends it; what is under way is dropped. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#agent.destroy();
  }

  // Customers do not wait for each other: arrivals are a Poisson process.
  #next(): void {
    const { rate, random } = this.#options;
    const seconds = -Math.log(1 - random()) / rate;
    this.#timer = setTimeout(() => {
      this.#next();
      if (this.#inFlight < MAX_IN_FLIGHT) this.#customer();
    }, seconds * 1000);
  }

  #customer(): void {
    const { targets, random } = this.#options;
    const target = targets[Math.floor(random() * targets.length)]!;
    const call = this.#choose(target);
    this.#inFlight += 1;
    // What goes wrong is seen by the middleware, which is the point; here it is nobody's concern.
    void this.#send(target, call)
      .catch(() => {})
      .finally(() => {
        this.#inFlight -= 1;
      });
  }

  #choose(target: string): Call {
    const { random } = this.#options;
    const dice = random() * 1000;
    // Squared, so that some products are looked at much more often than others, which is what a cache lives on.
    const product = 1 + Math.floor(random() ** 2 * PRODUCTS);
    if (dice < 480) return get(`/products/${product}`);
    if (dice < 680) return get('/products');
    if (dice < 830) {
      return { method: 'POST', path: '/orders', body: { productId: product, quantity: 1 + Math.floor(random() * 3) } };
    }
    if (dice < 940) return get(`/orders/${Math.ceil(random() * this.#orders.get(target)!)}`);
    if (dice < 955) return get('/reports/sales');
    if (dice < 965) return { ...get('/reports/sales'), abortAfterMs: 50 + random() * 150 };
    if (dice < 980) return get('/products/999999');
    if (dice < 995) return get(`/wp-login.php?attempt=${Math.floor(random() * 1e6)}`);
    return get('/fail');
  }

  #visitor(): string {
    const { random } = this.#options;
    return String(Math.floor(this.#sent++ / REQUESTS_BETWEEN_VISITORS + random() * VISITORS));
  }

  async #send(target: string, { method, path, body, abortAfterMs }: Call): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(new URL(path, target), {
      method,
      agent: this.#agent,
      headers: {
        'x-visitor': this.#visitor(),
        ...(payload !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
      },
    });
    outgoing.setTimeout(10_000, () => outgoing.destroy());
    outgoing.on('error', reject).on('response', resolve);
    outgoing.end(payload);
    const hangUp = abortAfterMs === undefined ? undefined : setTimeout(() => outgoing.destroy(), abortAfterMs);
    try {
      const response = await promise;
      if (response.statusCode === 201) this.#orders.set(target, ((await json(response)) as { id: number }).id);
      else await buffer(response);
    } finally {
      clearTimeout(hangUp);
    }
  }
}
