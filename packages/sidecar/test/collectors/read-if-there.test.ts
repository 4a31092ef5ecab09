import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readIfThere } from '../../src/collectors/read-if-there.ts';
import { recorded } from '../fixtures/proc-tree.ts';

test('the text of a file, or nothing', async () => {
  expect(await readIfThere(`${recorded('proc-host').procRoot}/loadavg`)).toBe('0.52 0.48 12.25 3/512 54321\n');
  expect(await readIfThere('/nonexistent/loadavg')).toBeUndefined();
});

test('what is there and cannot be read is an error', async () => {
  await expect(readIfThere(fileURLToPath(new URL('.', import.meta.url)))).rejects.toThrow('EISDIR');
});
