import type { ClientTls } from './client-tls.ts';

const MODES: Readonly<Record<string, ClientTls | false>> = {
  disable: false,
  // As libpq has it: encrypted, whoever the server is.
  require: { verify: false },
  // There the name would not be checked. Nothing else here is content with that, so it is.
  'verify-ca': { verify: true },
  'verify-full': { verify: true },
};

/**
 * Reads `sslmode` of a PostgreSQL URL. `allow` and `prefer` are refused: they send a password in the clear where the
 * server, or somebody between, says so.
 *
 * @returns false for no TLS
 * @throws {Error} that says what is wrong
 */
export function sslMode(given: string): ClientTls | false {
  const mode = Object.hasOwn(MODES, given) ? MODES[given] : undefined;
  if (mode === undefined) throw new Error('has an sslmode that is none of disable, require, verify-ca, verify-full');
  return mode;
}
