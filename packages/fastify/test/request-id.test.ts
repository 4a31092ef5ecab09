import type { FastifyServerOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { allEnded } from '../../conformance/src/ended.ts';
import { UUID } from '../../conformance/src/expectations.ts';
import { total } from '../../conformance/src/readings.ts';
import type { OutriderOptions, SlowLogEntry } from '@outrider/core';
import type { Application } from '../../conformance/src/application.ts';
import { outrider } from '../src/index.ts';
import { start } from './start.ts';

const LONG = 'a'.repeat(129);

interface Ids {
  /** Of the answer. */
  readonly header: unknown;
  /** Of Fastify's request. */
  readonly request: string;
  /** Of Fastify's own log. */
  readonly logged: unknown;
  /** Of the slow log. */
  readonly slow: string | undefined;
}

interface Asked extends Ids {
  readonly application: Application;
}

async function askWith(
  incoming: string | undefined,
  {
    server,
    options = {},
    header = 'x-request-id',
  }: { server?: FastifyServerOptions; options?: OutriderOptions; header?: string } = {},
): Promise<Asked> {
  const lines: Array<{ reqId?: unknown }> = [];
  const slow: SlowLogEntry[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as object);
  const application = await start((app) => app.get('/', async ({ id }) => id), {
    server: { logger: { stream: { write } }, ...server },
    options: { slowMs: 0, log: (entry) => void slow.push(entry), ...options },
  });
  const answer = await application.send('/', incoming === undefined ? {} : { headers: { [header]: incoming } });
  await allEnded(application);
  const logged = new Set(lines.filter((line) => 'reqId' in line).map(({ reqId }) => reqId));
  expect(logged.size).toBe(1);
  return {
    application,
    header: answer.headers['x-request-id'],
    request: answer.body,
    logged: [...logged][0],
    slow: slow[0]?.request_id,
  };
}

function expectOne({ header, request, logged, slow }: Ids, id: unknown): void {
  expect({ header, request, logged, slow }).toEqual({ header: id, request: id, logged: id, slow: id });
}

function rejected({ application }: Asked): number {
  return total(application.observer, 'outrider.request_ids.rejected');
}

describe('one id on the answer, the request, in the log and the slow log', () => {
  test('a new one', async () => {
    const asked = await askWith(undefined);
    expectOne(asked, expect.stringMatching(UUID));
    expect(rejected(asked)).toBe(0);
  });

  test('a valid one that came in', async () => {
    const asked = await askWith('abc.DEF:1=+/@-_');
    expectOne(asked, 'abc.DEF:1=+/@-_');
    expect(rejected(asked)).toBe(0);
  });

  test.each(['', LONG, 'a b', '<script>'])('a new one in place of %j, counted once', async (incoming) => {
    const asked = await askWith(incoming);
    expectOne(asked, expect.stringMatching(UUID));
    expect(asked.header).toBe(asked.request);
    expect(rejected(asked)).toBe(1);
  });

  test('a new one where none is trusted', async () => {
    expectOne(await askWith('abc', { options: { requestId: { trust: 'never' } } }), expect.stringMatching(UUID));
  });

  test("the option's generator's, and from the option's header", async () => {
    const requestId = { header: 'X-Correlation-ID', generator: () => 'made' };
    const { header, ...ids } = await askWith(undefined, { options: { requestId } });
    expect([header, ids.request, ids.logged, ids.slow]).toEqual([undefined, 'made', 'made', 'made']);
    expect(await askWith('mine', { options: { requestId }, header: 'x-correlation-id' })).toMatchObject({
      request: 'mine',
      logged: 'mine',
      slow: 'mine',
    });
  });
});

describe("the application's own ids stay", () => {
  test('genReqId, which comes before what came in', async () => {
    expectOne(await askWith('abc', { server: { genReqId: () => 'theirs-1' } }), 'theirs-1');
  });

  test('genReqId that numbers', async () => {
    const genReqId = (): string => 7 as unknown as string;
    expect(await askWith('abc', { server: { genReqId } })).toMatchObject({ header: '7', request: '7', logged: 7 });
  });

  test('requestIdHeader', async () => {
    const server = { requestIdHeader: 'x-trace' };
    expectOne(await askWith('theirs-2', { server, header: 'x-trace' }), 'theirs-2');
    expectOne(await askWith(undefined, { server }), expect.stringMatching(UUID));
    expectOne(await askWith('abc', { server }), 'abc');
  });

  test('requestIdHeader with genReqId', async () => {
    const server = { requestIdHeader: 'x-trace', genReqId: () => 'theirs-3' };
    expectOne(await askWith(undefined, { server }), 'theirs-3');
  });

  test('setGenReqId of a plugin, for that plugin', async () => {
    const application = await start((app) => {
      app.register(async (inner) => inner.setGenReqId(() => 'theirs-4').get('/inner', async ({ id }) => id));
      app.get('/outer', async ({ id }) => id);
    });
    const inner = await application.send('/inner');
    expect([inner.body, inner.headers['x-request-id']]).toEqual(['theirs-4', 'theirs-4']);
    expect((await application.send('/outer')).body).toMatch(UUID);
  });

  test('one that is not valid stays theirs, and the answer has one of ours', async () => {
    const asked = await askWith(LONG, { server: { requestIdHeader: 'x-request-id' } });
    expect([asked.request, asked.logged]).toEqual([LONG, LONG]);
    expect(asked.header).toMatch(UUID);
    expect(asked.slow).toBe(asked.header);
    expect(rejected(asked)).toBe(1);
  });

  test('requestId: false changes none and sends none', async () => {
    expect(await askWith('abc', { options: { requestId: false } })).toMatchObject({
      header: undefined,
      request: 'req-1',
      logged: 'req-1',
      slow: undefined,
    });
  });
});

test('in a plugin, only the ids of that plugin', async () => {
  const application = await start(
    (app, options) => {
      app.get('/outside', async ({ id }) => id);
      app.register(async (inner) => {
        await inner.register(outrider, options);
        inner.get('/inside', async ({ id }) => id);
      });
    },
    { register: () => undefined },
  );
  expect((await application.send('/outside')).body).toMatch(/^req-/);
  expect((await application.send('/inside')).body).toMatch(UUID);
});
