import { expect, test } from 'vitest';
import { compare } from '../../src/overhead/comparison.ts';
import { renderComparison } from '../../src/overhead/table.ts';
import { round } from './rounds.ts';

test('a comparison reads as a Markdown table, empty where there is nothing to say', () => {
  const rounds = [round({ bare: 25, outrider: 28, otel: 35 }), round({ bare: 25, outrider: 30, otel: 35 })];
  expect(renderComparison(compare(rounds, ['bare', 'outrider', 'otel']))).toBe(
    `
| variant  | CPU µs/request | (min–max) | × bare | added µs | (min–max) | added ÷ otel’s | (min–max) | requests/s | RSS MB |
| -------- | -------------: | --------: | -----: | -------: | --------: | -------------: | --------: | ---------: | -----: |
| bare     |           25.0 | 25.0–25.0 |        |          |           |                |           |      40000 |     80 |
| outrider |           29.0 | 28.0–30.0 |   1.16 |      4.0 |   3.0–5.0 |           0.40 | 0.30–0.50 |      34524 |     80 |
| otel     |           35.0 | 35.0–35.0 |   1.40 |     10.0 | 10.0–10.0 |                |           |      28571 |     80 |
`.trim(),
  );
});
