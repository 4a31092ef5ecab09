import { hashSync } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { BcryptThread } from '../../src/http/bcrypt-thread.ts';
import { Passwords } from '../../src/http/passwords.ts';

const HASH = hashSync('wonderland', 4);
const users = { alice: Secret.of(HASH), bob: Secret.of(hashSync('builder', 4).replace('$2b$', '$2y$')) };

const HERE = '127.0.0.1';

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
    expect(await passwords.check('alice', 'wonderland', HERE)).toBe('right');
    expect(await passwords.check('bob', 'builder', HERE)).toBe('right');
    for (const [name, password] of [
      ['alice', 'builder'],
      ['alice', ''],
      ['alicew', 'onderland'],
      ['', 'wonderland'],
    ] as const) {
      expect([name, await passwords.check(name, password, HERE)]).toEqual([name, 'wrong']);
    }
  });

  it('are compared once if they are right, and each time if they are wrong', async () => {
    const thread = new CountingThread();
    const passwords = new Passwords(users, thread);
    for (let i = 0; i < 3; i += 1) expect(await passwords.check('alice', 'wonderland', HERE)).toBe('right');
    expect(thread.compared).toBe(1);
    for (let i = 0; i < 3; i += 1) expect(await passwords.check('alice', 'looking-glass', HERE)).toBe('wrong');
    expect(thread.compared).toBe(4);
  });

  it('are compared for names that are not known as well, and it is of no use to know another one’s', async () => {
    const thread = new CountingThread();
    const passwords = new Passwords(users, thread);
    for (const name of ['nobody', '__proto__', 'constructor', 'toString']) {
      expect(await passwords.check(name, 'wonderland', HERE)).toBe('wrong');
    }
    expect(thread.compared).toBe(4);
  });

  // CVE-2022-46146: a cache keyed by parts written one after the other let the hash in as a password.
  it('are not their hashes, nor parts of a name and a hash', async () => {
    const passwords = new Passwords(users);
    expect(await passwords.check('alice', 'wonderland', HERE)).toBe('right');
    for (const [name, password] of [
      ['alice', HASH],
      [`alice${HASH}`, 'wonderland'],
      ['alice', `${HASH}wonderland`],
    ] as const) {
      expect(await passwords.check(name, password, HERE)).toBe('wrong');
      expect(await passwords.check(name, password, HERE)).toBe('wrong');
    }
  });

  it('are not compared where too many wait; the same pair waits once, and what is remembered passes', async () => {
    const passwords = new Passwords(users);
    expect(await passwords.check('alice', 'wonderland', HERE)).toBe('right');
    const same = Array.from({ length: 40 }, () => passwords.check('bob', 'builder', HERE));
    const verdicts = Array.from({ length: 40 }, (_, i) => passwords.check('bob', `guess ${i}`, `10.0.0.${i}`));
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(40 - 15);
    expect(passwords.check('alice', 'wonderland', HERE)).toBe('right');
    expect(new Set(await Promise.all(same.map(async (verdict) => verdict)))).toEqual(new Set(['right']));
    expect(
      (await Promise.all(verdicts.map(async (verdict) => verdict))).filter((verdict) => verdict === 'wrong'),
    ).toHaveLength(15);
    expect(await passwords.check('bob', 'guess 39', HERE)).toBe('wrong');
  });

  it('of one address leave room for those of others', async () => {
    const passwords = new Passwords(users);
    const guesses = Array.from({ length: 40 }, (_, i) => passwords.check('alice', `guess ${i}`, '10.0.0.1'));
    expect(guesses.filter((verdict) => verdict === 'busy')).toHaveLength(40 - 4);
    expect(await passwords.check('alice', 'wonderland', '10.0.0.2')).toBe('right');
    await Promise.all(guesses.map(async (verdict) => verdict));
    expect(await passwords.check('alice', 'guess 40', '10.0.0.1')).toBe('wrong');
  });

  it('take no time of the thread that serves', async () => {
    const passwords = new Passwords({ alice: Secret.of(hashSync('wonderland', 11)) });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    expect(await passwords.check('alice', 'looking-glass', HERE)).toBe('wrong');
    clearInterval(timer);
    // In this thread there would be none for a tenth of a second and more.
    expect(turns).toBeGreaterThan(3);
  });
});
