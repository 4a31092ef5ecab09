import { expect, test } from 'vitest';
import { readFlags, usage } from '../../src/harness/flags.ts';

const known = {
  records: { default: 100, help: 'measured records' },
  'warm-up': { default: 10, help: 'records before them' },
};

test('what is not given has its default', () => {
  expect(readFlags(known, ['--warm-up', '3'])).toEqual({
    counts: { records: 100, 'warm-up': 3 },
    json: false,
    help: false,
  });
});

test('--json and --help are read', () => {
  expect(readFlags(known, ['--json', '--help'])).toMatchObject({ json: true, help: true });
});

test.each([
  [['--records', '0'], '--records is 0'],
  [['--records=1e3'], '--records is 1e3'],
  [['--requests', '3'], '--requests'],
])('%j is refused', (parameters, message) => {
  expect(() => readFlags(known, parameters)).toThrow(message);
});

test('the help names every flag and its default', () => {
  expect(usage('bench:record', 'What a record costs.', known)).toBe(`npm run bench:record -- [options]

What a record costs.

  --records <n>  measured records (100)
  --warm-up <n>  records before them (10)
  --json         prints JSON instead of a table
  --help         prints this
`);
});
