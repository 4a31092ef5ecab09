import { describe, expect, it } from 'vitest';
import { OncePerSnapshot } from '../../src/outlets/once-per-snapshot.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import { snapshotOf } from './snapshots.ts';

function workshop(): {
  readonly once: OncePerSnapshot<Snapshot>;
  readonly made: Snapshot[];
  finish(error?: Error): void;
} {
  const made: Snapshot[] = [];
  let current = Promise.withResolvers<Snapshot>();
  const once = new OncePerSnapshot((snapshot) => {
    made.push(snapshot);
    current = Promise.withResolvers();
    return current.promise;
  });
  return {
    once,
    made,
    finish: (error) => (error === undefined ? current.resolve(made.at(-1)!) : current.reject(error)),
  };
}

const a = snapshotOf([], { instance: 'a' });
const b = snapshotOf([], { instance: 'b' });
const c = snapshotOf([], { instance: 'c' });
const d = snapshotOf([], { instance: 'd' });

describe('what is made of a snapshot', () => {
  it('is made once', async () => {
    const { once, made, finish } = workshop();
    const first = once.of(a);
    expect(once.of(a)).toBe(first);
    finish();
    expect(await first).toBe(a);
    expect(once.of(a)).toBe(first);
    expect(made).toEqual([a]);
  });

  it('is made of one snapshot at a time, next of the latest that was asked for', async () => {
    const { once, made, finish } = workshop();
    const first = once.of(a);
    const later = [once.of(b), once.of(c), once.of(d)];
    expect(made).toEqual([a]);
    finish();
    expect(await first).toBe(a);
    await expect.poll(() => made).toEqual([a, d]);
    finish();
    expect(await Promise.all(later)).toEqual([d, d, d]);
    const again = once.of(a);
    finish();
    expect(await again).toBe(a);
    expect(made).toHaveLength(3);
  });

  it('is not kept when there is a later one', async () => {
    const { once, made, finish } = workshop();
    const first = once.of(a);
    once.forgetBut(b);
    expect(once.of(a)).toBe(first);
    finish();
    await first;
    once.forgetBut(a);
    expect(once.of(a)).toBe(first);
    once.forgetBut(b);
    const again = once.of(a);
    finish();
    expect(await again).toBe(a);
    expect(made).toEqual([a, a]);
  });

  it('goes on after a failure', async () => {
    const { once, made, finish } = workshop();
    const first = once.of(a);
    const second = once.of(b);
    finish(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    await expect.poll(() => made).toEqual([a, b]);
    finish();
    expect(await second).toBe(b);
  });
});
