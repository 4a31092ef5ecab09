import { describe, expect, it } from 'vitest';
import { parseFlags } from '../../src/demo/flags.ts';
import { UsageError } from '../../src/usage-error.ts';

describe('parseFlags', () => {
  it('has a default for everything', () => {
    expect(parseFlags([])).toEqual({
      help: false,
      prometheus: true,
      ports: {
        'express-port': 3001,
        'koa-port': 3002,
        'metrics-port': 9464,
        'otlp-port': 4318,
        'prometheus-port': 9090,
      },
    });
  });

  it('takes what it is told', () => {
    expect(parseFlags(['--koa-port', '0', '--otlp-port=14318', '--no-prometheus', '--for', '1.5'])).toMatchObject({
      prometheus: false,
      forMs: 1500,
      ports: { 'koa-port': 0, 'otlp-port': 14_318, 'express-port': 3001 },
    });
    expect(parseFlags(['--help']).help).toBe(true);
    expect(parseFlags(['-h']).help).toBe(true);
  });

  it.each([
    [['--koa-port', '70000'], '--koa-port is "70000"'],
    [['--koa-port', '3e3'], '--koa-port is "3e3"'],
    [['--koa-port', ''], '--koa-port is ""'],
    [['--for', '0'], '--for is "0"'],
    [['--for', 'ever'], '--for is "ever"'],
    [['--for', '99999999'], '--for is "99999999"'],
    [['--port', '1'], "'--port'"],
    [['now'], "'now'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseFlags(args)).toThrow(UsageError);
    expect(() => parseFlags(args)).toThrow(message);
  });
});
