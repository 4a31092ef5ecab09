import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { WatchedServer } from '../config/watched-server.ts';
import { int32, PgFields, pgMessage, PgProtocolError } from './pg-messages.ts';
import { Scram, SCRAM_SHA_256 } from './pg-scram.ts';

const OK = 0;
const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;

/** Shows a server who we are, in the way that it asks for. */
export class PgAuthentication {
  readonly #server: WatchedServer;
  readonly #user: string;
  #scram: Scram | undefined;
  #told: string | undefined;
  #done = false;

  constructor(server: WatchedServer, user: string) {
    this.#server = server;
    this.#user = user;
  }

  /** Whether the server has let us in. */
  get done(): boolean {
    return this.#done;
  }

  /** The password, if the server was told it in clear text. */
  get told(): string | undefined {
    return this.#told;
  }

  /**
   * What to send to an authentication message, if anything.
   *
   * @throws {Error} if there is no password, it cannot be read, or it must not be shown to this server
   */
  answer(body: Buffer): Buffer | Promise<Buffer> | undefined {
    const fields = new PgFields(body);
    const type = fields.int32();
    switch (type) {
      case OK:
        // Whoever began to prove that it knows the password must end it.
        if (this.#scram?.verified === false) throw new PgProtocolError('the server broke off its authentication');
        this.#done = true;
        return undefined;
      case CLEARTEXT:
        if (!this.#isPrivate()) throw new Error('the server asks for the password in clear text: it needs tls');
        this.#told = this.#password();
        return pgMessage('p', this.#told);
      case MD5:
        return pgMessage('p', `md5${md5(md5(this.#password() + this.#user), fields.bytes(4))}`);
      case SASL: {
        if (!mechanisms(fields).includes(SCRAM_SHA_256)) throw new Error(`the server does not offer ${SCRAM_SHA_256}`);
        this.#scram = new Scram(this.#password());
        const first = Buffer.from(this.#scram.begin());
        return pgMessage('p', SCRAM_SHA_256, int32(first.length), first);
      }
      case SASL_CONTINUE:
        return this.#prove(fields.rest().toString());
      case SASL_FINAL:
        this.#begun().verify(fields.rest().toString());
        return undefined;
      default:
        throw new Error(`the server asks for authentication ${type}, which is not supported`);
    }
  }

  async #prove(challenge: string): Promise<Buffer> {
    return pgMessage('p', Buffer.from(await this.#begun().prove(challenge)));
  }

  #begun(): Scram {
    if (this.#scram === undefined) throw new PgProtocolError('the server authenticates wrongly (SCRAM)');
    return this.#scram;
  }

  #password(): string {
    const password = this.#server.password?.read();
    if (password === undefined || password === '') throw new Error('the server asks for a password; there is none');
    return password;
  }

  // Whether nobody listens but the server.
  #isPrivate(): boolean {
    const { address, tls } = this.#server;
    if (tls !== undefined || 'path' in address) return true;
    const { host } = address;
    return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  }
}

function mechanisms(fields: PgFields): readonly string[] {
  return fields.rest().toString('latin1').split('\0');
}

function md5(...parts: ReadonlyArray<string | Buffer>): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
