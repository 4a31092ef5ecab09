import { monitorEventLoopDelay } from 'node:perf_hooks';
import { hashSync } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { BcryptThread } from '../../src/http/bcrypt-thread.ts';
import { Passwords } from '../../src/http/passwords.ts';

const HASH = hashSync('wonderland', 4);
const users = { alice: Secret.of(HASH), bob: Secret.of(hashSync('builder', 4).replace('$2b$', '$2y$')) };

/** Counts comparisons. */
class CountingThread extends BcryptThread {
  compared = 0;

  override compare(password: string, hash: string): Promise<boolean> {
    this.compared += 1;
    return super.compare(password, hash);
  }
}

describe('passwords', () => {
  it('are right or wrong', async () => {
    const passwords = new Passwords(users);
    expect(await passwords.check('alice', 'wonderland')).toBe('right');
    expect(await passwords.check('bob', 'builder')).toBe('right');
    for (const [name, password] of [
      ['alice', 'builder'],
      ['alice', ''],
      ['alicew', 'onderland'],
      ['', 'wonderland'],
    ] as const) {
      expect([name, await passwords.check(name, password)]).toEqual([name, 'wrong']);
    }
  });

  it('are compared once if they are right, and each time if they are wrong', async () => {
    const thread = new CountingThread();
    const passwords = new Passwords(users, thread);
    for (let i = 0; i < 3; i += 1) expect(await passwords.check('alice', 'wonderland')).toBe('right');
    expect(thread.compared).toBe(1);
    for (let i = 0; i < 3; i += 1) expect(await passwords.check('alice', 'looking-glass')).toBe('wrong');
    expect(thread.compared).toBe(4);
  });

  it('are compared for names that are not known as well, and it is of no use to know another one’s', async () => {
    const thread = new CountingThread();
    const passwords = new Passwords(users, thread);
    for (const name of ['nobody', '__proto__', 'constructor', 'toString']) {
      expect(await passwords.check(name, 'wonderland')).toBe('wrong');
    }
    expect(thread.compared).toBe(4);
  });

  // CVE-2022-46146: a cache keyed by parts written one after the other let the hash in as a password.
  it('are not their hashes, nor parts of a name and a hash', async () => {
    const passwords = new Passwords(users);
    expect(await passwords.check('alice', 'wonderland')).toBe('right');
    for (const [name, password] of [
      ['alice', HASH],
      [`alice${HASH}`, 'wonderland'],
      ['alice', `${HASH}wonderland`],
    ] as const) {
      expect(await passwords.check(name, password)).toBe('wrong');
      expect(await passwords.check(name, password)).toBe('wrong');
    }
  });

  it('are not compared where too many wait; the same pair waits once, and what is remembered passes', async () => {
    const passwords = new Passwords(users);
    expect(await passwords.check('alice', 'wonderland')).toBe('right');
    const same = Array.from({ length: 40 }, () => passwords.check('bob', 'builder'));
    const verdicts = Array.from({ length: 40 }, (_, i) => passwords.check('bob', `guess ${i}`));
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(40 - 15);
    expect(passwords.check('alice', 'wonderland')).toBe('right');
    expect(new Set(await Promise.all(same.map(async (verdict) => verdict)))).toEqual(new Set(['right']));
    expect(
      (await Promise.all(verdicts.map(async (verdict) => verdict))).filter((verdict) => verdict === 'wrong'),
    ).toHaveLength(15);
    expect(await passwords.check('bob', 'guess 39')).toBe('wrong');
  });

  it('take no time of the thread that serves', async () => {
    const passwords = new Passwords({ alice: Secret.of(hashSync('wonderland', 11)) });
    const verdict = passwords.check('alice', 'looking-glass');
    const turns = monitorEventLoopDelay({ resolution: 5 });
    turns.enable();
    expect(await verdict).toBe('wrong');
    turns.disable();
    // In this thread it would be 100 ms at a time, for a quarter of a second.
    expect(turns.max / 1e6).toBeLessThan(80);
  });
});
