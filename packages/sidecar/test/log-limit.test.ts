import { beforeEach, describe, expect, it } from 'vitest';
import { LogLimit } from '../src/log-limit.ts';
import type { LogSink } from '../src/logger.ts';

let now: number;
let lines: string[];
let hasRoom: boolean;

beforeEach(() => {
  now = 0;
  lines = [];
  hasRoom = true;
});

const sink: LogSink = (level, message, fields) => {
  if (!hasRoom) return false;
  lines.push(`${level} ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`);
  return true;
};

function limited(linesPerMinute: number, level: 'info' | 'warn' | 'error' = 'info'): LogLimit {
  return new LogLimit(sink, { level, linesPerMinute }, () => now);
}

function suppressed(limit: LogLimit): unknown {
  const [point] = limit.read().points;
  return point !== undefined && 'value' in point ? point.value : undefined;
}

describe('a limited log', () => {
  it('writes a line again only after a minute, and says how often it came', () => {
    const limit = limited(100);
    for (const at of [0, 1, 59_999]) {
      now = at;
      limit.log('warn', 'failed', { collector: 'cpu' });
    }
    limit.log('warn', 'failed', { collector: 'disk' });
    expect(lines).toEqual(['warn failed {"collector":"cpu"}', 'warn failed {"collector":"disk"}']);
    expect(suppressed(limit)).toBe(2);
    now = 60_000;
    limit.log('warn', 'failed', { collector: 'cpu' });
    expect(lines.slice(2)).toEqual(['warn failed {"collector":"cpu","repeated":2}', 'warn failed {"collector":"cpu"}']);
  });

  it('writes so many lines in a minute, and says of how many it wrote none', () => {
    const limit = limited(3);
    for (let line = 0; line < 10; line += 1) limit.log('info', `line ${line}`);
    expect(lines).toEqual(['info line 0', 'info line 1', 'info line 2']);
    expect(suppressed(limit)).toBe(7);
    // A token in twenty seconds; the line that tells of the others needs one too.
    now = 39_999;
    limit.log('info', 'line 10');
    expect(lines).toHaveLength(3);
    now = 40_000;
    limit.log('info', 'line 11');
    expect(lines.slice(3)).toEqual(['warn log lines were left out {"lines":8}', 'info line 11']);
    now = 10 * 60_000;
    for (let line = 20; line < 30; line += 1) limit.log('info', `line ${line}`);
    expect(lines).toHaveLength(5 + 3);
  });

  it('counts a line that tells of repeats as one of the minute', () => {
    const limit = limited(4);
    for (const line of ['one', 'two']) for (const level of ['info', 'warn'] as const) limit.log(level, line);
    for (const line of ['one', 'two']) for (const level of ['info', 'warn'] as const) limit.log(level, line);
    expect(lines).toHaveLength(4);
    now = 60_000;
    for (const line of ['one', 'two']) for (const level of ['info', 'warn'] as const) limit.log(level, line);
    now = 120_000;
    for (const line of ['three', 'four']) for (const level of ['info', 'warn'] as const) limit.log(level, line);
    expect(lines.length).toBeLessThanOrEqual(3 * 4);
    expect(lines.filter((line) => line.includes('repeated'))).toHaveLength(4);
  });

  it('tells at the end what it has not told yet', () => {
    const limit = limited(1);
    limit.log('info', 'one');
    limit.log('info', 'one');
    limit.log('info', 'two');
    limit.close();
    expect(lines).toEqual(['info one', 'info one {"repeated":1}', 'warn log lines were left out {"lines":1}']);
  });

  it('leaves out what is less grave than wanted, and does not count it', () => {
    const limit = limited(10, 'warn');
    limit.log('info', 'one');
    limit.urgent('info', 'two');
    limit.log('warn', 'three');
    limit.log('error', 'four');
    expect(lines).toEqual(['warn three', 'error four']);
    expect(suppressed(limit)).toBe(0);
  });

  it('writes an urgent line whatever came before', () => {
    const limit = limited(1);
    for (let line = 0; line < 5; line += 1) limit.log('info', `line ${line}`);
    limit.urgent('error', 'refused');
    limit.urgent('error', 'refused');
    expect(lines).toEqual(['info line 0', 'error refused', 'error refused']);
  });

  it('counts lines that find no room, and tells when there is room again', () => {
    const limit = limited(100);
    hasRoom = false;
    limit.log('info', 'one');
    limit.log('info', 'two');
    expect(suppressed(limit)).toBe(2);
    hasRoom = true;
    limit.log('info', 'three');
    expect(lines).toEqual(['warn log lines were left out {"lines":2}', 'info three']);
  });

  it('applies other limits at once', () => {
    const limit = limited(1);
    limit.log('info', 'one');
    limit.limits = { level: 'error', linesPerMinute: 60 };
    limit.log('warn', 'two');
    now = 1_000;
    limit.log('error', 'three');
    expect(lines).toEqual(['info one', 'error three']);
  });

  it('remembers a bounded number of lines', () => {
    const limit = limited(10_000);
    for (let line = 0; line < 2_000; line += 1) limit.log('info', `line ${line}`);
    limit.log('info', 'line 0');
    limit.log('info', 'line 1999');
    expect(lines).toHaveLength(2_001);
  });
});
