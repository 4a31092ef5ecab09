import { connect } from 'node:http2';
import type { Http2ServerResponse } from 'node:http2';
import { expect, test } from 'vitest';
import { total } from '../../conformance/src/readings.ts';
import { randomOf } from '../../conformance/src/soak/random.ts';
import { start } from './start.ts';

const SESSIONS = 60;
const STREAMS = 60;
// It takes some disorder for Node.js to leave any behind.
const { below } = randomOf(20_261_121);
const big = Buffer.alloc(100_000);

// Of clients that destroy their sessions Node.js leaves some streams behind, a few in a hundred, that never close.
test('every stream ends, whatever its client does with the session', { timeout: 30_000 }, async () => {
  let begun = 0;
  const started = await start('h2c', (request, response) => {
    begun++;
    const kind = below(4);
    const { stream } = response as unknown as Http2ServerResponse;
    for (const either of [request, response]) either.on('error', () => undefined);
    if (kind === 0) response.end('ok');
    else if (kind === 1) setTimeout(() => response.writableEnded || response.end(big), below(5));
    else if (kind === 2) {
      response.write('first');
      setTimeout(() => stream.close(below(2) * 8), below(4));
    }
  });
  started.server.on('sessionError', () => undefined);
  for (let round = 0; round < SESSIONS; round++) {
    const session = connect(`http://127.0.0.1:${started.port}`).on('error', () => undefined);
    for (let count = 0; count < STREAMS; count++) {
      const stream = session
        .request({ ':path': '/' })
        .on('error', () => undefined)
        .resume();
      if (below(4) === 0) setTimeout(() => stream.close(8), below(6));
    }
    await new Promise((resolve) => setTimeout(resolve, below(15)));
    session.destroy();
    expect(total(started.observer, 'http.server.request.outcomes') + started.active).toBe(begun);
  }
  await started.ended(begun);
  expect(total(started.observer, 'http.server.request.outcomes')).toBe(begun);
});
