import { describe, expect, it } from 'vitest';
import type { Panel, Row } from '../../src/dashboard.ts';
import { place } from '../../src/grafana/layout.ts';

const text = (id: number, width: number, height?: number): Panel => ({
  id,
  type: 'text',
  title: `Panel ${id}`,
  description: 'Says something.',
  markdown: 'Something.',
  width,
  ...(height !== undefined && { height }),
});

const places = (rows: readonly Row[]): unknown =>
  place(rows).map(({ place: { y }, panels }) => [y, panels.map((panel) => Object.values(panel.place))]);

describe('the grid', () => {
  it('is filled line by line, a heading above each row', () => {
    const rows: readonly Row[] = [
      { panels: [text(1, 8, 4), text(2, 16, 4), text(3, 24)] },
      { id: 100, title: 'More', panels: [text(4, 12), text(5, 12)] },
    ];
    expect(places(rows)).toEqual([
      [
        0,
        [
          [0, 0, 8, 4],
          [8, 0, 16, 4],
          [0, 4, 24, 8],
        ],
      ],
      [
        12,
        [
          [0, 13, 12, 8],
          [12, 13, 12, 8],
        ],
      ],
    ]);
  });

  it('goes on right below the heading of what is folded away', () => {
    const rows: readonly Row[] = [
      { id: 100, title: 'Seldom', collapsed: true, panels: [text(1, 24)] },
      { id: 101, title: 'Often', panels: [text(2, 24)] },
    ];
    expect(places(rows)).toEqual([
      [0, [[0, 1, 24, 8]]],
      [1, [[0, 2, 24, 8]]],
    ]);
  });

  it.each([
    ['a line that is not full', [text(1, 12), text(2, 8)], 'fills 20 of 24 columns'],
    ['a panel that is too wide', [text(1, 12), text(2, 16)], 'reaches beyond 24 columns'],
    ['panels of several heights', [text(1, 12), text(2, 12, 4)], 'not as high as the panels beside it'],
  ])('refuses %s', (_, panels, message) => {
    expect(() => place([{ panels }])).toThrow(message);
  });
});
