import { describe, expect, it } from 'vitest';
import { logLine } from '../src/log-line.ts';

const time = new Date('2026-11-21T08:00:00.000Z');

describe('a log line', () => {
  it('has time, level, message and fields', () => {
    expect(logLine(time, 'info', 'listening', { at: 'http://127.0.0.1:9464', port: 9464, ready: true })).toBe(
      '2026-11-21T08:00:00.000Z info listening at=http://127.0.0.1:9464 port=9464 ready=true\n',
    );
    expect(logLine(time, 'warn', 'ready')).toBe('2026-11-21T08:00:00.000Z warn ready\n');
  });

  it.each([
    ['two words', '"two words"'],
    ['', '""'],
    ['a=b', '"a=b"'],
    ['say "x"', '"say \\"x\\""'],
    ['one\ntwo\r', '"one\\ntwo\\r"'],
    ['\u001b[31mred', '"\\u001b[31mred"'],
    ['\u009b31m\u2028', '"\\u009b31m\\u2028"'],
  ])('stays one line whatever a value holds: %j', (value, written) => {
    expect(logLine(time, 'error', 'failed', { value })).toBe(
      `2026-11-21T08:00:00.000Z error failed value=${written}\n`,
    );
  });
});
