import type { Framework } from '../framework.ts';
import { emptyTally, EXPECTED } from './expected.ts';
import type { Tally } from './expected.ts';
import { HTTP1_CONVERSATIONS } from './http1-conversations.ts';
import { HTTP2_CONVERSATIONS } from './http2-conversations.ts';
import { load } from './load.ts';
import type { Report } from './report.ts';
import { SoakServer } from './soak-server.ts';

const CONCURRENCY = 64;

/** What came of a soak. */
export interface SoakResult {
  /** What the client did. */
  readonly sent: Tally;
  /** At rest, after half of the requests and after all of them. */
  readonly half: Report;
  readonly end: Report;
  /** Four times a second, under load. */
  readonly checks: readonly Report[];
  readonly seconds: number;
}

/** Soaks a framework's application over HTTP/1 or HTTP/2 in clear text; the same seed says the same to it. */
export async function soak({ name, transport }: Framework, requests: number, seed: number): Promise<SoakResult> {
  const conversations = transport === 'h2c' ? HTTP2_CONVERSATIONS : HTTP1_CONVERSATIONS;
  const server = await SoakServer.start(name);
  const sent = emptyTally();
  const begun = performance.now();
  const part = async (own: number): Promise<Report> => {
    const { port } = server.app;
    const tally = await load({
      port,
      requests: requests / 2,
      concurrency: CONCURRENCY,
      seed: seed + own * CONCURRENCY,
      conversations,
    });
    for (const expected of EXPECTED) sent[expected] += tally[expected];
    return server.atRest();
  };
  try {
    const half = await part(0);
    const end = await part(1);
    return { sent, half, end, checks: server.app.told, seconds: (performance.now() - begun) / 1000 };
  } catch (error) {
    throw new Error(`the soak of ${name} with seed ${seed} broke off: ${server.app.output}`, { cause: error });
  } finally {
    await server.stop();
  }
}

/** One line for people. */
export function summary(name: string, { end, half, seconds, checks }: SoakResult): string {
  const counts = Object.entries(end.outcomes).map(([outcome, count]) => `${outcome} ${count}`);
  const requests = Object.values(end.received).reduce((sum, count) => sum + count, 0);
  const heap = [half, end].map(({ heapUsed }) => `${(heapUsed / 2 ** 20).toFixed(2)} MiB`);
  return `${name}: ${requests} requests, ${counts.join(', ')}, active ${end.active}, ${checks.length} checks, ${end.series} series, heap ${heap.join(' -> ')}, ${seconds.toFixed(1)} s`;
}
