import { describe, expect, it } from 'vitest';
import { readArgs } from '../src/args.ts';
import { UsageError } from '../src/usage-error.ts';

describe('arguments', () => {
  it.each([
    [[], { flags: {}, switches: new Set(), help: false }],
    [
      ['--config', 'a.yaml', '--listen=x'],
      { flags: { config: 'a.yaml', listen: 'x' }, switches: new Set(), help: false },
    ],
    [['--config='], { flags: { config: '' }, switches: new Set(), help: false }],
    [['--help'], { flags: {}, switches: new Set(), help: true }],
    [['-h', '--listen', 'x'], { flags: { listen: 'x' }, switches: new Set(), help: true }],
  ])('%j are read', (args, expected) => {
    expect(readArgs(args, ['config', 'listen'])).toEqual(expected);
  });

  it('may be switches', () => {
    const { flags, switches } = readArgs(['--check', '--config', 'a'], ['config'], ['check', 'print']);
    expect({ flags, switches }).toEqual({ flags: { config: 'a' }, switches: new Set(['check']) });
    expect(() => readArgs(['--check=yes'], ['config'], ['check'])).toThrow(UsageError);
    expect(() => readArgs(['--chek'], ['config'], ['check'])).toThrow('the nearest is --check');
  });

  it.each([
    [['--confg', 'x'], 'there is no flag --confg; the nearest is --config'],
    [['-x'], 'there is no flag -x; the nearest is'],
    [['--listen', 'http://a,', 'http://u:hunter2@b'], 'a word is there that belongs to no flag'],
    [['--config', 'a', '--config=b'], '--config is there twice; a list is one text with commas in it'],
    [['--config'], "Option '--config <value>' argument missing"],
    [['--help=yes'], "Option '-h, --help' does not take an argument"],
  ])('%j are refused in one line', (args, message) => {
    expect(() => readArgs(args, ['config', 'listen'])).toThrow(UsageError);
    expect(() => readArgs(args, ['config', 'listen'])).toThrow(message);
    expect(() => readArgs(args, ['config', 'listen'])).not.toThrow(/\n|hunter2/);
  });
});
