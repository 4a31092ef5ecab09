import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogWriter } from '../src/log-writer.ts';

let folder: string;
let open: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-log-'));
  open = [];
});

afterEach(() => {
  for (const fd of open) closeSync(fd);
  rmSync(folder, { recursive: true });
});

function opened(path: string, flags: number | string): number {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
}

describe('a log writer', () => {
  it('writes lines in order', async () => {
    const path = join(folder, 'log');
    const writer = new LogWriter(opened(path, 'w'));
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}\n`);
    for (const line of lines) expect(writer.write(line)).toBe(true);
    await writer.drain(5_000);
    expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
  });

  it('keeps a bounded amount for a full pipe, and goes on when it is read', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = opened(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = new LogWriter(opened(path, constants.O_WRONLY | constants.O_NONBLOCK));
    const line = `${'x'.repeat(999)}\n`;
    let taken = 0;
    // A pipe holds 64 KiB and the writer as much; time for the writes that are under way.
    await vi.waitFor(
      () => {
        if (writer.write(line)) taken += 1;
        else return;
        throw new Error('takes more');
      },
      { timeout: 10_000, interval: 1 },
    );
    expect(taken).toBeGreaterThan(60);
    expect(taken).toBeLessThan(140);
    const drained = writer.drain(10_000);
    let read = 0;
    const buffer = Buffer.alloc(65_536);
    await vi.waitFor(() => {
      try {
        read += readSync(reader, buffer);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      expect(read).toBe(taken * line.length);
    }, 10_000);
    await drained;
  });

  it.runIf(process.platform === 'linux')('goes on when the disk is full', async () => {
    const writer = new LogWriter(opened('/dev/full', 'w'));
    for (let line = 0; line < 1000; line += 1) {
      expect(writer.write('a line that cannot be kept\n')).toBe(true);
      if (line % 100 === 0) await writer.drain(5_000);
    }
  });

  it('goes on when nobody reads any more', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = new LogWriter(opened(path, 'w'));
    closeSync(reader);
    writer.write('one\n');
    await writer.drain(5_000);
    expect(writer.write('two\n')).toBe(true);
    await writer.drain(5_000);
  });
});
