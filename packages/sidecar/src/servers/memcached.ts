import { serverAttributes } from '../config/watched-server.ts';
import type { WatchedServer } from '../config/watched-server.ts';
import { Connection, Refusal } from './connection.ts';
import { Dialogue } from './dialogue.ts';
import { memcachedReply, statsMetrics } from './memcached-stats.ts';
import type { MemcachedReply } from './memcached-stats.ts';
import { printable } from './printable.ts';
import type { ServerCollectorFactory } from './server-collector.ts';
import { atLeastOneMetric } from './reported-metrics.ts';

/** Looks at a memcached server by `stats` of its text protocol, after authentication where the server demands it. */
export const memcached: ServerCollectorFactory = (server, context) => {
  const connection = new Connection({ server, context, tls: 'first', logIn: (wire) => new Dialogue(wire) });
  const attributes = serverAttributes(server);
  return {
    collect: async (signal) => {
      const stats = await connection.look(signal, (dialogue) => readStats(dialogue, server));
      return atLeastOneMetric(statsMetrics(stats, attributes));
    },
    close: () => connection.close(),
  };
};

async function readStats(dialogue: Dialogue, server: WatchedServer): Promise<ReadonlyMap<string, string>> {
  let reply = await askStats(dialogue);
  // Never before it was demanded: a server without authentication would store the password as an item.
  if ('line' in reply && reply.line === 'CLIENT_ERROR unauthenticated') {
    await authenticate(dialogue, server);
    reply = await askStats(dialogue);
  }
  if ('stats' in reply) return reply.stats;
  throw new Error(refusal(reply.line, server));
}

function askStats(dialogue: Dialogue): Promise<MemcachedReply> {
  return dialogue.ask('stats\r\n', memcachedReply());
}

async function authenticate(dialogue: Dialogue, { user, password }: WatchedServer): Promise<void> {
  if (password === undefined) throw new Refusal('memcached demands a user and a password, and none is configured');
  const credentials = `${user ?? ''} ${password.read()}`;
  const question = `set outrider 0 0 ${Buffer.byteLength(credentials)}\r\n${credentials}\r\n`;
  const reply = await dialogue.ask(question, memcachedReply());
  // Without what it says: that may repeat what it was told.
  if (!('line' in reply) || reply.line !== 'STORED') throw new Error('memcached refuses the user or the password');
}

function refusal(line: string, { password }: WatchedServer): string {
  if (line.startsWith('ERROR Too many open connections')) return 'memcached has as many connections as it allows';
  if (!/^(?:CLIENT_|SERVER_)?ERROR\b/.test(line)) return 'the answer is not one of memcached';
  // A server that was told a password may repeat it.
  return `memcached refuses stats: ${password === undefined ? printable(line) : 'an error'}`;
}
