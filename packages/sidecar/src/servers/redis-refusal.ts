import { printable } from './printable.ts';

// Beginnings of Redis's errors, the first that fits, and what they mean to whoever watches it.
const MEANINGS: ReadonlyArray<readonly [beginning: string, meaning: string]> = [
  ['NOAUTH', 'Redis demands a password, and none is configured'],
  ['WRONGPASS', 'Redis refuses the user or the password'],
  ['ERR invalid password', 'Redis refuses the password'],
  ['ERR AUTH <password> called without', 'Redis has no password, but one is configured'],
  ['ERR Client sent AUTH, but no password is set', 'Redis has no password, but one is configured'],
  ["ERR wrong number of arguments for 'auth'", 'this Redis knows passwords only, but a user is configured'],
  ['NOPERM', 'the user may not call INFO: ACL SETUSER <user> +info'],
  ['ERR max number of clients', 'Redis has as many clients as its maxclients allows'],
  ['DENIED', 'Redis is in protected mode and takes connections from its own host only'],
  ['LOADING', 'Redis is loading its data'],
  ['MASTERDOWN', 'this replica has lost its primary and serves no stale data'],
  ['BUSY', 'Redis is busy with a script'],
];

/**
 * What a refusal of Redis means. Its own words are shown only where it was told no password: some errors repeat the
 * arguments of the command.
 */
export function redisRefusal(command: string, text: string, toldPassword: boolean): string {
  const known = MEANINGS.find(([beginning]) => text.startsWith(beginning));
  if (known !== undefined) return known[1];
  const words = toldPassword ? (/^[A-Z]{1,20}\b/.exec(text)?.[0] ?? 'an error') : printable(text);
  return `Redis refuses ${command}: ${words}`;
}
