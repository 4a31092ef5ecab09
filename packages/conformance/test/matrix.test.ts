import { describe, expect, test } from 'vitest';
import { reasonAgainst } from '../src/case.ts';
import type { Case } from '../src/case.ts';
import { FRAMEWORKS } from '../src/frameworks.ts';
import { markdown, terminal } from '../src/matrix-text.ts';
import { matrixOf } from '../src/matrix.ts';
import type { Section } from '../src/suite.ts';

const NAMES = ['One', 'Two'];
const PASSED = { verdict: 'passed', detail: '' } as const;

const SECTIONS: readonly Section[] = [
  {
    title: 'Routes',
    rows: [
      { name: 'a parameter', verdicts: [PASSED, { verdict: 'failed', detail: '1 !== 2' }] },
      { name: 'a | pipe', verdicts: [{ verdict: 'impossible', detail: 'it has none' }, PASSED] },
      { name: 'a mount', verdicts: [{ verdict: 'impossible', detail: 'it has none' }, PASSED] },
    ],
  },
];

describe('the matrix', () => {
  test('numbers reasons, lists failures, and counts', () => {
    expect(matrixOf(NAMES, SECTIONS)).toEqual({
      tables: [
        {
          title: 'Routes',
          rows: [
            ['a parameter', '✓', '✗'],
            ['a | pipe', '–1', '✓'],
            ['a mount', '–1', '✓'],
          ],
        },
        {
          title: 'Totals',
          rows: [
            ['passed', '1', '2'],
            ['failed', '0', '1'],
            ['impossible', '2', '0'],
          ],
        },
      ],
      reasons: ['it has none'],
      failures: ['Two: a parameter: 1 !== 2'],
    });
  });

  test('as Markdown', () => {
    const text = markdown(NAMES, matrixOf(NAMES, SECTIONS));
    expect(text).toContain(
      [
        '## Routes',
        '',
        '|             | One           | Two |',
        '| ----------- | ------------- | --- |',
        '| a parameter | ✓             | ✗   |',
        String.raw`| a \| pipe   | –<sup>1</sup> | ✓   |`,
      ].join('\n'),
    );
    expect(text).toContain('1. It has none.\n');
  });

  test('for a terminal', () => {
    const text = terminal(NAMES, matrixOf(NAMES, SECTIONS));
    expect(text.split('\n').slice(0, 5)).toEqual([
      '1 One   2 Two',
      '',
      'ROUTES      1   2',
      'a parameter ✓   ✗',
      'a | pipe    –1  ✓',
    ]);
    expect(text).toContain('✗ Two: a parameter: 1 !== 2');
  });
});

describe('why a case cannot exist', () => {
  const framework = (name: string): (typeof FRAMEWORKS)[number] => FRAMEWORKS.find((one) => one.name === name)!;
  const one: Case = { name: 'one', impossible: { 'HTTP/2': 'version', Koa: 'family' }, run: async () => undefined };

  test.each([
    ['Express 5', undefined],
    ['Koa 3', 'family'],
    ['Koa 3 (h2c)', 'version'],
    ['Fastify 5 (h2)', 'version'],
  ])('%s', (name, reason) => {
    expect(reasonAgainst(one, framework(name))).toBe(reason);
  });
});
