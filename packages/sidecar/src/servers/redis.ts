import { serverAttributes } from '../config/watched-server.ts';
import type { WatchedServer } from '../config/watched-server.ts';
import { Connection, Refusal } from './connection.ts';
import { Dialogue } from './dialogue.ts';
import { INFO_SECTIONS, infoMetrics, parseInfo } from './redis-info.ts';
import { redisRefusal } from './redis-refusal.ts';
import { redisCommand, redisReply } from './redis-reply.ts';
import type { RedisReply } from './redis-reply.ts';
import type { ServerCollectorFactory, ServerContext } from './server-collector.ts';
import { atLeastOneMetric } from './reported-metrics.ts';
import type { Wire } from './wire.ts';

// From here on INFO takes several sections.
const SECTIONS_SINCE = 7;

/**
 * Looks at a Redis server, or one that answers INFO like it. It calls AUTH, where a user or a password is configured, and
 * INFO: a user with `-@all +info` is enough.
 */
export const redis: ServerCollectorFactory = (server, context) => {
  const connection = new Connection({
    server,
    context,
    tls: 'first',
    logIn: (wire) => logIn(wire, server, context),
  });
  const attributes = serverAttributes(server);
  return {
    collect: async (signal) => {
      const info = await connection.look(signal, (session) => session.info());
      return atLeastOneMetric(infoMetrics(info, attributes));
    },
    close: () => connection.close(),
  };
};

class RedisSession {
  readonly #dialogue: Dialogue;
  readonly #context: ServerContext;
  #toldPassword = false;
  // Unknown until Redis has told its version.
  #sections: readonly string[] | undefined;

  constructor(wire: Wire, context: ServerContext) {
    this.#dialogue = new Dialogue(wire);
    this.#context = context;
  }

  async logIn({ user, password }: WatchedServer): Promise<void> {
    if (user === undefined && password === undefined) return;
    this.#toldPassword = true;
    const reply = await this.#call('AUTH', ...(user === undefined ? [] : [user]), password?.read() ?? '');
    if (reply.kind === 'error') throw this.#refusal('AUTH', reply);
  }

  async info(): Promise<ReadonlyMap<string, string>> {
    const reply = await this.#call('INFO', ...(this.#sections ?? []));
    if (reply.kind === 'error') {
      if (this.#sections?.length === 0 || !reply.text.startsWith('ERR syntax')) throw this.#refusal('INFO', reply);
      // Something that says it is a Redis which takes sections, and takes none.
      this.#sections = [];
      return this.info();
    }
    const info = parseInfo(reply.text);
    const version = Number.parseInt(info.get('redis_version') ?? '', 10);
    this.#sections ??= version >= SECTIONS_SINCE ? INFO_SECTIONS : [];
    return info;
  }

  #call(...words: readonly string[]): Promise<RedisReply> {
    return this.#dialogue.ask(redisCommand(...words), redisReply(this.#context));
  }

  #refusal(command: string, { text }: RedisReply): Refusal {
    return new Refusal(redisRefusal(command, text, this.#toldPassword));
  }
}

async function logIn(wire: Wire, server: WatchedServer, context: ServerContext): Promise<RedisSession> {
  const session = new RedisSession(wire, context);
  await session.logIn(server);
  return session;
}
