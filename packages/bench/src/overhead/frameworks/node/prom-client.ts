import type { Server } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { Variant } from '../../framework.ts';
import { createRequestHistogram } from '../../peers/prom-client.ts';
import { routeOf } from './handler.ts';
import type { HandledRequest } from './handler.ts';

interface TimedRequest extends HandledRequest {
  readonly method?: string;
}

interface TimedResponse {
  readonly statusCode: number;
  on(event: 'finish', listener: () => void): unknown;
}

/** prom-client in a listener of one's own. */
export function start(): Variant<Server | Http2Server> {
  const { histogram, recorded } = createRequestHistogram();
  const time = (request: TimedRequest, response: TimedResponse): void => {
    const end = histogram.startTimer();
    response.on('finish', () => {
      end({ method: request.method ?? '', route: routeOf(request), status_code: response.statusCode });
    });
  };
  return { recorded, install: (server) => (server as Server).prependListener('request', time) };
}
