import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import CircuitBreaker from 'opossum';

const TIMEOUT_MS = 500;
const RESET_MS = 2000;

/** Who takes the parcels to the customers. */
export interface Courier {
  /** Announces a parcel: false if that has to be done again later. */
  announce(orderId: number): Promise<boolean>;
  /** What guards the calls. */
  readonly breaker: CircuitBreaker<[number], boolean>;
  close(): Promise<void>;
}

/** Opens the way to the courier: calls behind a circuit breaker that gives the service time to recover. */
export async function openCourier(): Promise<Courier> {
  const service = await startService();
  const breaker = new CircuitBreaker(
    async (orderId: number): Promise<boolean> => {
      const response = await fetch(`${service.url}/parcels`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ orderId }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`The courier answered ${response.status}.`);
      return true;
    },
    { name: 'courier', timeout: TIMEOUT_MS, errorThresholdPercentage: 50, resetTimeout: RESET_MS },
  );
  breaker.fallback(() => false);
  return {
    announce: (orderId) => breaker.fire(orderId),
    breaker,
    async close() {
      breaker.shutdown();
      await service.close();
    },
  };
}

// Stands for somebody else's service: mostly quick, now and then busy.
async function startService(): Promise<{ readonly url: string; close(): Promise<void> }> {
  let parcels = 0;
  const server = createServer((request, response) => {
    request.resume();
    parcels++;
    response.statusCode = parcels % 50 === 0 ? 503 : 202;
    setTimeout(() => response.end(), parcels % 20 === 0 ? 80 : 3);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The shop ends although it is there.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
