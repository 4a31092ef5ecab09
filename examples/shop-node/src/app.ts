import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Shop } from '@outrider-examples/shop';
import { outrider } from '@outrider/node';
import { routesOf } from './routes.ts';
import type { Answer, Route } from './routes.ts';

/** The shop on `node:http`: a server that does not listen yet. */
export function createApp(shop: Shop): Server {
  const routes = routesOf(shop);
  const server = createServer((request, response) => {
    void respond(routes, request, response);
  });
  const templateOf = (request: IncomingMessage): string | undefined => find(routes, request)?.route.template;
  return outrider(server, {
    exclude: ['/healthz'],
    route: templateOf,
    slowMs: 400,
    attribution: true,
    serverTiming: true,
  });
}

async function respond(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = find(routes, request);
  let answer: Answer;
  try {
    answer = found
      ? await found.route.answer(request, found.id)
      : { status: 404, body: { error: 'There is nothing here.' } };
  } catch {
    answer = { status: 500, body: { error: 'Something went wrong.' } };
  }
  if (answer.location !== undefined) response.setHeader('Location', answer.location);
  response.writeHead(answer.status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(answer.body));
}

// A template is a path whose last segment may be the parameter `:id`.
function find(
  routes: readonly Route[],
  { method, url = '/' }: IncomingMessage,
): { route: Route; id: string } | undefined {
  const path = url.replace(/\?.*$/, '');
  const [, start, id = ''] = /^(.*\/)([^/]+)$/.exec(path) ?? [];
  for (const route of routes) {
    if (route.method !== method) continue;
    if (route.template === path) return { route, id: '' };
    if (route.template === `${start}:id`) return { route, id };
  }
  return undefined;
}
