import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { total } from '../../../conformance/src/readings.ts';
import { until } from '../../../conformance/src/until.ts';
import { Instrumentation } from '../../src/http/instrumentation.ts';
import { Observer } from '../../src/observer.ts';

// What a middleware before Outrider's does that waits for something: by then the client has gone.
async function beginAfterClose(server: Server, leave: (port: number, asked: Promise<void>) => void): Promise<Observer> {
  const observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
  const instrumentation = new Instrumentation({ observer }, undefined);
  const asked = Promise.withResolvers<void>();
  let begun = 0;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    asked.resolve();
    response.on('close', () =>
      setImmediate(() => {
        begun++;
        instrumentation.begin(request, response);
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  leave((server.address() as AddressInfo).port, asked.promise);
  await until(() => begun === 1 && total(observer, 'http.server.active_requests') === 0, 'the request has ended');
  return observer;
}

test('a request whose response is closed by the time it comes here ends at once', async () => {
  const observer = await beginAfterClose(createServer(), (port, asked) => {
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    void asked.then(() => client.destroy());
  });
  expect(total(observer, 'http.server.request.outcomes', { outcome: 'aborted_before_headers' })).toBe(1);
});

test('a request whose stream is closed by the time it comes here ends at once', async () => {
  const observer = await beginAfterClose(createHttp2Server(), (port, asked) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':path': '/' });
    stream.on('error', () => undefined);
    void asked.then(() => stream.close(8));
  });
  expect(total(observer, 'http.server.request.outcomes', { outcome: 'aborted_before_headers' })).toBe(1);
});
