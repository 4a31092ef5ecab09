import { describe, expect, it } from 'vitest';
import { readArgs } from '../src/args.ts';
import { UsageError } from '../src/usage-error.ts';

describe('arguments', () => {
  it.each([
    [[], { flags: {}, help: false }],
    [['--config', 'a.yaml', '--listen=x'], { flags: { config: 'a.yaml', listen: 'x' }, help: false }],
    [['--config', 'a', '--config', 'b'], { flags: { config: 'b' }, help: false }],
    [['--config='], { flags: { config: '' }, help: false }],
    [['--help'], { flags: {}, help: true }],
    [['-h', '--listen', 'x'], { flags: { listen: 'x' }, help: true }],
  ])('%j are read', (args, expected) => {
    expect(readArgs(args, ['config', 'listen'])).toEqual(expected);
  });

  it.each([
    [['--confg', 'x'], 'there is no flag --confg; the nearest is --config'],
    [['-x'], 'there is no flag -x; the nearest is'],
    [['stray'], 'stray is not expected here; flags begin with --'],
    [['--config'], "Option '--config <value>' argument missing"],
    [['--help=yes'], "Option '-h, --help' does not take an argument"],
  ])('%j are refused in one line', (args, message) => {
    expect(() => readArgs(args, ['config', 'listen'])).toThrow(UsageError);
    expect(() => readArgs(args, ['config', 'listen'])).toThrow(message);
    expect(() => readArgs(args, ['config', 'listen'])).not.toThrow('\n');
  });
});
