import { markReached } from '../reached.ts';
import type { RawRoutes } from './raw-handler.ts';

/** What is done with the body of a request. */
export const UPLOADS: RawRoutes = {
  '/upload': (request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.end(`${bytes} ${request.trailers['x-sum'] ?? ''}`));
  },
  '/upload-unread': (_, response) => {
    response.end('unread');
  },
  '/upload-refused': (request, response) => {
    // Nothing else ends the rest of an upload on HTTP/1, and HTTP/2 has no such header.
    if (request.httpVersionMajor === 1) response.setHeader('Connection', 'close');
    response.statusCode = 413;
    response.end('too much');
  },
  '/upload-hang': (request) => {
    request.once('data', () => markReached(request));
  },
};
