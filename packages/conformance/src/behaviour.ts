import type { IncomingMessage, ServerResponse } from 'node:http';

/** Routes whose behaviour needs nothing of the framework but the raw response. Path → what it does. */
export const RAW_ROUTES: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/hang': () => undefined,
  '/drip': (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('first\n');
  },
  '/destroy': (_, response) => {
    response.destroy();
  },
  '/destroy-midway': (_, response) => {
    response.write('first\n', () => response.destroy());
  },
  '/not-modified': (_, response) => {
    response.statusCode = 304;
    response.end();
  },
  '/stream': (_, response) => {
    response.setHeader('Content-Type', 'text/plain');
    let left = 5;
    const write = (): void => {
      left--;
      if (left === 0) response.end('last\n');
      else response.write('chunk\n', () => setTimeout(write, 5));
    };
    write();
  },
  '/events': (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: 1\n\n');
    setTimeout(() => response.end('data: 2\n\n'), 60);
  },
  '/own-headers': (_, response) => {
    response.setHeader('X-Response-Time', 'mine');
    response.writeHead(200, { 'x-request-id': 'mine-too' });
    response.end('ok');
  },
  '/flat-headers': (_, response) => {
    response.writeHead(200, ['Content-Type', 'text/plain', 'X-Flat', '1']);
    response.end('ok');
  },
  '/paired-headers': (_, response) => {
    response.writeHead(200, [
      ['Content-Type', 'text/plain'],
      ['X-Paired', '1'],
    ] as unknown as string[]);
    response.end('ok');
  },
  '/bad-head': (_, response) => {
    try {
      response.writeHead(200, { 'X-Bad': 'a\r\nb' });
    } catch {
      response.writeHead(500);
    }
    response.end();
  },
  '/id': (request, response) => {
    response.end(String((request as IncomingMessage & { id?: unknown }).id));
  },
  '/slow': (_, response) => {
    setTimeout(() => response.end('slow'), 80);
  },
  '/excluded': (_, response) => {
    response.end('ok');
  },
};

/** What `/thrown` and its kin throw. `expose` and `status` are what the frameworks' own error pages look at. */
export class PlannedError extends Error {
  readonly status: number;
  readonly expose = false;

  constructor(status = 500) {
    super('planned');
    this.status = status;
  }
}
