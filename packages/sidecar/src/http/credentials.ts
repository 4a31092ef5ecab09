import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.ts';
import { Passwords } from './passwords.ts';
import type { Verdict } from './passwords.ts';

/** Asks who is calling. */
export interface Credentials {
  /** What the header WWW-Authenticate asks for. */
  readonly challenge: string;
  /** @param authorization the header Authorization; undefined if there is none, or more than one */
  check(authorization: string | undefined): Verdict | Promise<Verdict>;
}

/** What a request may show; one of both is enough. */
export interface KnownCredentials {
  /** Shown as `Authorization: Bearer …`. */
  readonly token: Secret | undefined;
  /** bcrypt hashes by user, shown as `Authorization: Basic …`. */
  readonly users: Readonly<Record<string, Secret>>;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

const REALM = 'realm="outrider"';

// RFC 9110: a scheme in any case, one space or more, then what RFC 6750 and 7617 allow, and more.
const AUTHORIZATION = /^(bearer|basic) +([!-~]+)$/i;

/** Makes what asks for credentials; undefined if there are none to ask for. */
export function createCredentials({ token, users, clock }: KnownCredentials): Credentials | undefined {
  const isToken = token && createTokenCheck(token, clock);
  const passwords = Object.keys(users).length === 0 ? undefined : new Passwords(users);
  if (isToken === undefined && passwords === undefined) return undefined;
  const challenges = [isToken && `Bearer ${REALM}`, passwords && `Basic ${REALM}, charset="UTF-8"`];
  return {
    challenge: challenges.filter((challenge) => challenge !== undefined).join(', '),
    check(authorization) {
      const [, scheme = '', value = ''] = AUTHORIZATION.exec(authorization ?? '') ?? [];
      if (scheme === '') return 'wrong';
      if (scheme.toLowerCase() === 'bearer') return isToken?.(value) === true ? 'right' : 'wrong';
      const [, name, password] = /^([^:]+):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
      if (passwords === undefined || name === undefined || password === undefined) return 'wrong';
      return passwords.check(name, password);
    },
  };
}

const REREAD_MS = 10_000;

/** The token of a file is looked at again every ten seconds: it may be exchanged. One that cannot be read changes nothing. */
function createTokenCheck(token: Secret, clock: () => number): (given: string) => boolean {
  const key = randomBytes(32);
  // Of one length, whatever was given, and known to nobody: comparing takes the same time for every guess.
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  let expected = digest(token.read());
  let readAt = clock();
  const current = (): Buffer => {
    if (clock() - readAt < REREAD_MS) return expected;
    readAt = clock();
    try {
      expected = digest(token.read());
    } catch {
      // The file is gone, or empty while it is being written: the token before stays.
    }
    return expected;
  };
  return (given) => timingSafeEqual(digest(given), current());
}
