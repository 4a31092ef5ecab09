import { health, order, user } from '../answers.ts';

/** What a handler needs of a request, of HTTP/1.1 or HTTP/2. */
export interface HandledRequest {
  readonly url?: string | undefined;
}

/** What a handler needs of a response, of HTTP/1.1 or HTTP/2. */
export interface HandledResponse {
  writeHead(status: number, headers: Record<string, string | number>): unknown;
  end(body: string): unknown;
}

/** The template of the route of a URL, as a router by hand knows it. */
export function routeOf({ url = '' }: HandledRequest): string {
  if (url.startsWith('/users/')) return '/users/:id';
  if (url.startsWith('/api/orders/')) return '/api/orders/:id';
  return url === '/health' ? url : 'unmatched';
}

/** Answers as the other frameworks' applications do, without one. */
export function handle(request: HandledRequest, response: HandledResponse): void {
  const { url = '' } = request;
  const id = url.slice(url.lastIndexOf('/') + 1);
  const route = routeOf(request);
  if (route === '/users/:id') answer(response, user(id));
  else if (route === '/api/orders/:id') answer(response, order(id));
  else answer(response, health());
}

function answer(response: HandledResponse, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
