import { markReached } from '../reached.ts';
import type { RawRoutes } from './raw-handler.ts';

/** Bytes of the answer of `/big`: more than the buffers between two sockets on loopback take. */
export const BIG: number = 32 * 1024 * 1024;

/** Answers that take their time. */
export const STREAMS: RawRoutes = {
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
  '/flushed': (_, response) => {
    response.flushHeaders();
    setTimeout(() => response.end('late'), 60);
  },
  '/big': (request, response) => {
    markReached(request);
    response.end(Buffer.alloc(BIG));
  },
  '/events': (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: 1\n\n');
    setTimeout(() => response.end('data: 2\n\n'), 60);
  },
  '/charset-events': (_, response) => {
    response.setHeader('content-type', 'text/event-stream; charset=utf-8');
    response.end('data: 1\n\n');
  },
  '/frames': (_, response) => {
    response.writeHead(200, ['Content-Type', 'multipart/x-mixed-replace; boundary=frame']);
    response.end('--frame--');
  },
  '/endless-events': (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: 1\n\n');
  },
  '/poll': (_, response) => {
    setTimeout(() => response.end('news'), 60);
  },
};
