import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Preview of Outrider's dashboards</title>
<link rel="stylesheet" href="/app.css">
<body><div id="root"></div><script type="module" src="/app.js"></script>
`;

/** Serves the page, the dashboards and, since a browser asks only its own origin, the API of Prometheus; on loopback. */
export async function serve({ prometheus, dashboards }) {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'app.jsx')],
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    minify: true,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    loader: { '.svg': 'text', '.woff2': 'empty', '.woff': 'empty', '.ttf': 'empty' },
    logLevel: 'error',
  });
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]));
  const server = createServer((request, response) => {
    answer(request.url, { prometheus, dashboards, files }).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      (error) => response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error.cause ?? error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(url, { prometheus, dashboards, files }) {
  const { pathname } = new URL(url, 'http://localhost');
  if (pathname === '/') return { status: 200, type: 'text/html; charset=utf-8', body: PAGE };
  const file = files.get(pathname);
  if (file !== undefined) {
    return { status: 200, type: pathname.endsWith('.css') ? 'text/css' : 'text/javascript; charset=utf-8', body: file };
  }
  const dashboard = dashboards.get(pathname.replace('/dashboards/', ''));
  if (dashboard !== undefined) return { status: 200, type: 'application/json', body: dashboard };
  if (!pathname.startsWith('/api/v1/')) return { status: 404, type: 'text/plain', body: `there is no ${pathname}\n` };
  const response = await fetch(prometheus.replace(/\/$/, '') + url, { signal: AbortSignal.timeout(30_000) });
  return { status: response.status, type: 'application/json', body: await response.text() };
}
