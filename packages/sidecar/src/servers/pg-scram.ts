import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { PgProtocolError } from './pg-messages.ts';

/** The mechanism's name. Without channel binding: `…-PLUS` is offered beside it, never instead. */
export const SCRAM_SHA_256 = 'SCRAM-SHA-256';

// PostgreSQL uses 4,096 unless told otherwise. A server that asks for a thousand million would have a thread for an hour.
const MAX_ITERATIONS = 100_000;
const NO_CHANNEL_BINDING = 'n,,';
const SHA_256_BYTES = 32;
const derive = promisify(pbkdf2);

/** Proves to a server that the password is known, and has it prove the same: RFC 5802 and 7677. */
export class Scram {
  // PostgreSQL takes the user from the startup message, and ignores the one here.
  readonly #first: string;
  readonly #nonce: string;
  readonly #password: string;
  #expected: Buffer | undefined;
  #verified = false;

  constructor(password: string, nonce: string = randomBytes(18).toString('base64')) {
    this.#password = prepare(password);
    this.#nonce = nonce;
    this.#first = `n=,r=${nonce}`;
  }

  /** Whether the server has proved that it knows the password. */
  get verified(): boolean {
    return this.#verified;
  }

  /** The first message. */
  begin(): string {
    return `${NO_CHANNEL_BINDING}${this.#first}`;
  }

  /** The second message, to the server's first. @throws {PgProtocolError} if that is wrong, or asks for too much work */
  async prove(challenge: string): Promise<string> {
    const [, nonce, salt, iterations] = /^r=([!-+\--~]+),s=([A-Za-z0-9+/=]+),i=(\d{1,9})(?:,|$)/.exec(challenge) ?? [];
    if (nonce === undefined || salt === undefined || !nonce.startsWith(this.#nonce) || nonce === this.#nonce) {
      throw new PgProtocolError('the server authenticates wrongly (SCRAM)');
    }
    const count = Number(iterations);
    if (count < 1 || count > MAX_ITERATIONS) {
      throw new PgProtocolError(`the server asks for ${count} iterations of SCRAM; at most ${MAX_ITERATIONS} are done`);
    }
    const salted = await derive(this.#password, Buffer.from(salt, 'base64'), count, SHA_256_BYTES, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const final = `c=${Buffer.from(NO_CHANNEL_BINDING).toString('base64')},r=${nonce}`;
    const signed = `${this.#first},${challenge},${final}`;
    const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
    this.#expected = hmac(hmac(salted, 'Server Key'), signed);
    const proof = clientKey.map((byte, i) => byte ^ signature[i]!);
    return `${final},p=${Buffer.from(proof).toString('base64')}`;
  }

  /** Looks at the server's last message. @throws {PgProtocolError} if the server does not know the password itself */
  verify(final: string): void {
    const [, signature = ''] = /^v=([A-Za-z0-9+/=]+)(?:,|$)/.exec(final) ?? [];
    const given = Buffer.from(signature, 'base64');
    if (this.#expected?.length !== given.length || !timingSafeEqual(this.#expected, given)) {
      throw new PgProtocolError('the server does not know the password (SCRAM)');
    }
    this.#verified = true;
  }
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

// SASLprep (RFC 4013) without its prohibitions, for which one needs the tables of Unicode 3.2. PostgreSQL takes a password
// with a character that they prohibit (an emoji, one of private use) as it is: so such a password fails here if it also has
// one that this would change.
function prepare(password: string): string {
  const spaces = /[\u{A0}\u{1680}\u{2000}-\u{200B}\u{202F}\u{205F}\u{3000}]/gu;
  const nothing =
    /\u{AD}|\u{34F}|\u{1806}|[\u{180B}-\u{180D}]|\u{200C}|\u{200D}|\u{2060}|[\u{FE00}-\u{FE0F}]|\u{FEFF}/gu;
  return password.replace(spaces, ' ').replace(nothing, '').normalize('NFKC');
}
