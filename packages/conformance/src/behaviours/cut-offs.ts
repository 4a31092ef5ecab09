import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { markReached } from '../reached.ts';
import type { RawRoutes } from './raw-handler.ts';

/** Answers that do not come to their end. */
export const CUT_OFFS: RawRoutes = {
  '/hang': (request) => markReached(request),
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
  '/destroy-connection': (request) => {
    const { stream } = request as IncomingMessage & { stream?: ServerHttp2Stream };
    if (stream === undefined) request.socket.destroy();
    else stream.session!.destroy();
  },
};
