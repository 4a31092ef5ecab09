import { expect, test } from 'vitest';
import { collectorsFor } from '../../../src/collectors/registry.ts';
import { openLibrary } from '../../../src/collectors/systeminformation/library.ts';
import { noAbort, thisMachine, values } from '../../fixtures/proc-tree.ts';

// The real library, which runs real commands: on Linux it answers in the shapes that it has elsewhere.
test('the library answers in a thread of its own, one for all who use it', async () => {
  const { trim } = String.prototype;
  const [first, second] = [openLibrary(), openLibrary()];
  try {
    const [memory, disks, interfaces] = await Promise.all([
      first.ask('mem'),
      second.ask('fsSize'),
      // For this call it replaces methods of String.prototype.
      second.ask('networkStats', 'lo'),
    ]);
    expect(memory.total).toBeGreaterThan(0);
    expect(Array.isArray(disks)).toBe(true);
    expect(interfaces).toMatchObject([{ iface: 'lo' }]);
    // oxlint-disable-next-line typescript/unbound-method
    expect(String.prototype.trim).toBe(trim);

    // It stays for the other, who closes twice.
    first.close();
    first.close();
    expect((await second.ask('mem')).total).toBe(memory.total);
  } finally {
    second.close();
  }
});

test('a question under way when the last one closes is rejected; who comes later gets another thread', async () => {
  const library = openLibrary();
  const asked = library.ask('fsSize');
  library.close();
  await expect(asked).rejects.toThrow('the thread of systeminformation has ended');
  const next = openLibrary();
  expect((await next.ask('mem')).total).toBeGreaterThan(0);
  next.close();
});

test('what the library cannot be asked is an error', async () => {
  const library = openLibrary();
  try {
    await expect(library.ask('memory' as 'mem')).rejects.toThrow('is not a function');
  } finally {
    library.close();
  }
});

test('memory, file systems, disks and network ask it, slowly', async () => {
  const collectors = Object.entries(collectorsFor('darwin')).filter(([name]) => !['cpu', 'load'].includes(name));
  const collected = await Promise.all(
    collectors.map(async ([name, factory]) => {
      const collector = factory(thisMachine);
      try {
        expect(collector.pace).toEqual({ intervalMs: 30_000, deadlineMs: 10_000 });
        return [name, await collector.collect(noAbort())] as const;
      } finally {
        collector.close?.();
      }
    }),
  );
  expect(collected.map(([name]) => name)).toEqual(['memory', 'disk', 'filesystem', 'network']);
  for (const [name, { metrics, absent = {} }] of collected) {
    expect(metrics.length + Object.keys(absent).length, name).toBeGreaterThan(0);
    for (const value of Object.values(values({ metrics }))) expect(value).toBeGreaterThanOrEqual(0);
  }
});
