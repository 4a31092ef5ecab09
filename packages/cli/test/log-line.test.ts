import { describe, expect, it } from 'vitest';
import { jsonLogLine, logLine } from '../src/log-line.ts';

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

describe('a log line in JSON', () => {
  it('is one object', () => {
    expect(jsonLogLine(time, 'info', 'listening', { at: 'http://127.0.0.1:9464', port: 9464, ready: true })).toBe(
      '{"time":"2026-11-21T08:00:00.000Z","level":"info","message":"listening","at":"http://127.0.0.1:9464","port":9464,"ready":true}\n',
    );
    expect(jsonLogLine(time, 'warn', 'ready')).toBe(
      '{"time":"2026-11-21T08:00:00.000Z","level":"warn","message":"ready"}\n',
    );
  });

  it.each(['two\nlines\r', '"}\n{"', '\u009b31m\u2028\u2029', '\u0000\ud800', '</script>', '__proto__'])(
    'stays one line, and says the same, whatever a value holds: %j',
    (value) => {
      const line = jsonLogLine(time, 'error', 'failed', { value });
      expect(line.match(/[\p{Cc}\u2028\u2029]/gu)).toEqual(['\n']);
      expect(JSON.parse(line)).toMatchObject({ value });
    },
  );

  it('keeps time, level and message, whatever a field is called', () => {
    const fields = { time: 'never', level: 'x', message: 'y', ['__proto__']: 'z' };
    expect(JSON.parse(jsonLogLine(time, 'info', 'ready', fields))).toMatchObject({
      time: '2026-11-21T08:00:00.000Z',
      level: 'info',
      message: 'ready',
      _time: 'never',
      _level: 'x',
      _message: 'y',
    });
  });
});
