import type { GridLayoutKind } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { isRow } from './bundle.ts';
import type { Check } from './bundle.ts';

const COLUMNS = 24;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Panels lie side by side and line below line: they neither overlap nor leave holes, in folded rows either. */
export const gridIsFilled: Check = ({ v1, v2 }) => [
  ...v1.flatMap(({ uid, panels = [] }) => [
    ...(panels.length === 0 ? [`${uid} is empty`] : []),
    ...holes(`${uid}`, panels.map(place), 0),
    ...panels
      .filter(isRow)
      .filter((row) => row.panels.length > 0)
      .flatMap((row) => holes(`${uid} / ${row.title}`, row.panels.map(place), (row.gridPos?.y ?? 0) + 1)),
  ]),
  ...v2.flatMap(({ metadata, spec: { layout, elements } }) => {
    const rows =
      layout.kind === 'RowsLayout' ? layout.spec.rows.map(({ spec }) => [spec.title ?? '', spec.layout] as const) : [];
    const grids = layout.kind === 'GridLayout' ? [['', layout] as const] : rows;
    const placed = grids.flatMap(([, grid]) => items(grid as GridLayoutKind).map(({ spec }) => spec.element.name));
    return [
      ...grids.flatMap(([title, grid]) =>
        holes(
          `${metadata.name} v2 / ${title}`,
          items(grid as GridLayoutKind).map(({ spec: { x, y, width, height } }) => ({ x, y, w: width, h: height })),
          0,
        ),
      ),
      ...Object.keys(elements).flatMap((name) => {
        const times = placed.filter((other) => other === name).length;
        return times === 1 ? [] : [`${metadata.name} v2: ${name} is placed ${times} times`];
      }),
      ...placed.filter((name) => !(name in elements)).map((name) => `${metadata.name} v2: there is no ${name}`),
    ];
  }),
];

function items(grid: GridLayoutKind): GridLayoutKind['spec']['items'] {
  return grid.spec.items;
}

function place({ gridPos: { x, y, w, h } = { x: 0, y: 0, w: 0, h: 0 } }: { gridPos?: Box }): Box {
  return { x, y, w, h };
}

function holes(where: string, boxes: readonly Box[], top: number): readonly string[] {
  const taken = new Set<string>();
  const problems: string[] = [];
  let bottom = top;
  for (const { x, y, w, h } of boxes) {
    if (x < 0 || w < 1 || h < 1 || x + w > COLUMNS) problems.push(`${where}: ${w} columns from ${x} on`);
    bottom = Math.max(bottom, y + h);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        const cell = `${column} ${line}`;
        if (taken.has(cell)) return [...problems, `${where}: panels overlap at column ${column}, line ${line}`];
        taken.add(cell);
      }
    }
  }
  for (let line = top; line < bottom; line++) {
    for (let column = 0; column < COLUMNS; column++)
      if (!taken.has(`${column} ${line}`)) return [...problems, `${where}: a hole at column ${column}, line ${line}`];
  }
  return problems;
}
