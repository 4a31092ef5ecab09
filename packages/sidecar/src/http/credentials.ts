import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.ts';
import { readToken } from '../config/token.ts';
import type { BcryptThread } from './bcrypt-thread.ts';
import { Passwords } from './passwords.ts';
import type { Verdict } from './passwords.ts';

/** Asks who is calling. */
export interface Credentials {
  /** What the header WWW-Authenticate asks for. */
  readonly challenge: string;
  /**
   * @param authorization the header Authorization; undefined if there is none, or more than one
   * @param from the address of who asks
   */
  check(authorization: string | undefined, from?: string): Verdict | Promise<Verdict>;
}

/** What a request may show; one of both is enough. */
export interface KnownCredentials {
  /** Shown as `Authorization: Bearer …`. */
  readonly token: Secret | undefined;
  /** bcrypt hashes by user, shown as `Authorization: Basic …`. */
  readonly users: Readonly<Record<string, Secret>>;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Compares passwords; one of its own by default. */
  readonly thread?: BcryptThread;
  /** Told why what is in the token's file now cannot be used, once for each reason. */
  readonly onUnusable?: (problem: string) => void;
}

const REALM = 'realm="outrider"';

// RFC 9110: a scheme in any case, one space or more, then what RFC 6750 and 7617 allow, and more.
const AUTHORIZATION = /^(bearer|basic) +([!-~]+)$/i;

/** Makes what asks for credentials; undefined if there are none to ask for. */
export function createCredentials(known: KnownCredentials): Credentials | undefined {
  const { token, users, thread } = known;
  const isRight = token && createTokenCheck(token, known);
  const passwords = Object.keys(users).length === 0 ? undefined : new Passwords(users, thread);
  if (isRight === undefined && passwords === undefined) return undefined;
  const challenges = [isRight && `Bearer ${REALM}`, passwords && `Basic ${REALM}, charset="UTF-8"`];
  return {
    challenge: challenges.filter((challenge) => challenge !== undefined).join(', '),
    check(authorization, from = '') {
      const [, scheme = '', value = ''] = AUTHORIZATION.exec(authorization ?? '') ?? [];
      if (scheme === '') return 'wrong';
      if (scheme.toLowerCase() === 'bearer') return isRight?.(value) === true ? 'right' : 'wrong';
      const [, name, password] = /^([^:]+):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
      if (passwords === undefined || name === undefined || password === undefined) return 'wrong';
      return passwords.check(name, password, from);
    },
  };
}

const REREAD_MS = 10_000;

/** The token of a file is looked at again every ten seconds: it may be exchanged. One that cannot be used changes nothing. */
function createTokenCheck(
  token: Secret,
  { clock, onUnusable }: Pick<KnownCredentials, 'clock' | 'onUnusable'>,
): (given: string) => boolean {
  const key = randomBytes(32);
  // Of one length, whatever was given, and known to nobody: comparing takes the same time for every guess.
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  let expected = digest(token.read());
  let readAt = clock();
  let told: string | undefined;
  const current = (): Buffer => {
    if (clock() - readAt < REREAD_MS) return expected;
    readAt = clock();
    try {
      expected = digest(readToken(token));
      told = undefined;
    } catch (error) {
      // The file is gone, or half written: the token before stays.
      const { message } = error as Error;
      if (message !== told) onUnusable?.(message);
      told = message;
    }
    return expected;
  };
  return (given) => timingSafeEqual(digest(given), current());
}
