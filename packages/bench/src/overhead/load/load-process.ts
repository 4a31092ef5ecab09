import type { LoadReply, LoadRequest } from '../messages.ts';
import { serveParent } from '../parent.ts';
import { Connection } from './connection.ts';
import { paths } from './paths.ts';

const port = Number(process.argv[2]);
const connections = await Promise.all(Array.from({ length: Number(process.argv[3]) }, () => Connection.open(port)));
const requests = paths.map((path) =>
  Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: outrider-bench\r\nAccept: application/json\r\n\r\n`,
  ),
);
let sent = 0;

serveParent({}, async ({ requests: count }: LoadRequest): Promise<LoadReply> => {
  const end = sent + count;
  const next = (): Buffer | undefined => (sent < end ? requests[sent++ % requests.length] : undefined);
  const startedAt = performance.now();
  await Promise.all(connections.map((connection) => connection.send(next)));
  return { seconds: (performance.now() - startedAt) / 1000, lastHead: connections[0]!.lastHead };
});
