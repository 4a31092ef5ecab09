import { serveParent } from '../../harness/parent.ts';
import type { LoadReply, LoadRequest } from '../messages.ts';
import { Connection } from './connection.ts';
import { Http2Connection } from './http2-connection.ts';
import type { LoadConnection } from './load-connection.ts';
import { paths } from './paths.ts';

const port = Number(process.argv[2]);
const count = Number(process.argv[3]);
const http2 = process.argv[4] === 'h2c';
const connections = await Promise.all(Array.from({ length: count }, open));
let sent = 0;

serveParent({}, async ({ requests }: LoadRequest): Promise<LoadReply> => {
  const end = sent + requests;
  const next = (): number | undefined => (sent < end ? sent++ % paths.length : undefined);
  const startedAt = performance.now();
  await Promise.all(connections.map((connection) => connection.send(next)));
  return { seconds: (performance.now() - startedAt) / 1000, lastHead: connections[0]!.lastHead };
});

async function open(): Promise<LoadConnection> {
  if (http2) return Http2Connection.open(port, paths);
  const head = `Host: 127.0.0.1:${port}\r\nUser-Agent: outrider-bench\r\nAccept: application/json\r\n\r\n`;
  return Connection.open(
    port,
    paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\n${head}`)),
  );
}
