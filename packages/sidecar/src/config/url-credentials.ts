import { MASK, Secret } from './secret.ts';
import type { ReadContext } from './kind.ts';

/** What stands before the @ of a URL, decoded; '' for what is not there. */
export interface UrlCredentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Takes the credentials of a URL.
 *
 * @throws {Error} if they cannot be what was meant, without showing them
 */
export function urlCredentials({ username, password, pathname, search, hash }: URL): UrlCredentials {
  // An unescaped / ? or # in a password ends the host early: the rest of the password would be taken for a path.
  if (/@/.test(`${pathname}${search}${hash}`)) {
    throw new Error(
      'has an @ after the host: write / as %2F, ? as %3F, # as %23 in a password, and @ as %40 elsewhere',
    );
  }
  return { user: decoded(username), password: decoded(password) };
}

/** A part of a URL that is a secret; a mask that `--print-config` wrote is one only where masks are taken. */
export function urlSecret(text: string, { onMask }: ReadContext): Secret {
  if (text === MASK) {
    if (onMask === undefined) throw new Error(`holds ${MASK}, which stands for a secret: write the secret itself`);
    onMask();
  }
  return Secret.of(text);
}

/** Decodes percent escapes. @throws {Error} if % begins none */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a % that begins no escape: write %25 for it');
  }
}
