import { strict as assert } from 'node:assert';
import { BINARY, DOWNLOAD, TEXT } from '../bodies.ts';
import type { Case } from '../case.ts';
import type { RequestOptions } from '../client/client.ts';
import { allEnded } from '../ended.ts';
import type { Application } from '../application.ts';
import { readMetric } from '../readings.ts';

const REQUEST = 'http.server.request.body.size';
const RESPONSE = 'http.server.response.body.size';

/** Sizes of bodies in bytes, as they are transferred and without framing. */
export const BODY_SIZE_CASES: readonly Case[] = [
  sized('of a request with a length', '/upload', { method: 'POST', body: 'zwölf' }, { request: 6, response: 2 }),
  sized(
    'of a chunked request',
    '/upload',
    { method: 'POST', body: ['zwölf', Buffer.alloc(70_000)] },
    { request: 70_006, response: 6 },
  ),
  sized('of a chunked response', '/stream', {}, { response: 29 }),
  sized('of a HEAD', '/pipe', { method: 'HEAD' }, { response: 0 }),
  sized('of no body', '/empty', {}, { response: 0 }),
  sized('of 204', '/no-content', {}, { response: 0 }),
  sized('of 304', '/not-modified', {}, { response: 0 }),
  sized('of a text of several bytes a character', '/text', {}, { response: Buffer.byteLength(TEXT) }),
  sized('of texts in several encodings', '/encodings', {}, { response: 1 + 2 + 5 }),
  sized('of a buffer', '/binary', {}, { response: BINARY.length }),
  sized('of a stream that is piped', '/pipe', {}, { response: DOWNLOAD.bytes }),
  sized('of trailers, which are no body', '/trailers', {}, { response: 7 }),
  sized('of early hints, which are no body', '/early-hints', {}, { response: 2 }),
  {
    name: 'size of a request that is never read, if any',
    run: async (application) => {
      await application.send('/upload-unread', { method: 'POST', body: 'zwölf' });
      await allEnded(application, 1);
      // An answer may be out before the body is in.
      const sizes = readMetric(application.observer, REQUEST).map(({ sum }) => sum);
      assert.ok(sizes.length === 0 || (sizes.length === 1 && sizes[0] === 6), `sizes ${sizes.join(', ')}`);
    },
  },
  {
    name: 'size of a compressed response',
    impossible: {
      Koa: 'Koa brings no compression',
      Fastify: 'Fastify brings no compression',
      'Node.js': 'Node.js brings no compression of responses',
    },
    run: async (application) => {
      const answer = await application.send('/compressed/zq', { headers: { 'Accept-Encoding': 'gzip' } });
      assert.equal(answer.headers['content-encoding'], 'gzip');
      assert.ok(answer.bytes.length < DOWNLOAD.bytes);
      await assertSizes(application, 'GET', '/compressed/:name', { response: answer.bytes.length });
    },
  },
  {
    name: 'no size of an upload that is cut off',
    run: async (application) => {
      await application.leave('/upload-hang', { after: 'request', uploading: true });
      await assertSizes(application, 'POST', '/upload-hang', {});
    },
  },
  {
    name: 'no size of a response that is cut off',
    run: async (application) => {
      await application.leave('/drip', { after: 'first-bytes' });
      await assertSizes(application, 'GET', '/drip', {});
    },
  },
  {
    name: 'no size of an upload that is refused before its end',
    run: async (application) => {
      await application.send('/upload-refused', {
        method: 'POST',
        headers: { 'Content-Length': '1000000' },
        body: 'the beginning of it',
        unfinished: true,
      });
      await assertSizes(application, 'POST', '/upload-refused', { response: 8 });
    },
  },
];

interface Sizes {
  readonly request?: number;
  readonly response?: number;
}

function sized(name: string, path: string, request: RequestOptions, sizes: Sizes): Case {
  return {
    name: `size ${name}`,
    run: async (application) => {
      await application.send(path, request);
      await assertSizes(application, request.method ?? 'GET', path, sizes);
    },
  };
}

async function assertSizes(application: Application, method: string, route: string, sizes: Sizes): Promise<void> {
  await allEnded(application, 1);
  const attributes = { 'http.request.method': method, 'http.route': route };
  for (const [metric, size] of [
    [REQUEST, sizes.request],
    [RESPONSE, sizes.response],
  ] as const) {
    assert.deepEqual(
      readMetric(application.observer, metric).map(({ attributes: given, value, sum }) => ({ given, value, sum })),
      size === undefined ? [] : [{ given: attributes, value: 1, sum: size }],
      metric,
    );
  }
}
