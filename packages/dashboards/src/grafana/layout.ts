import type { Panel, Row } from '../dashboard.ts';
import { hasLegendBelow } from './legend-below.ts';

/** Columns of Grafana's grid. */
const COLUMNS = 24;
const HEIGHT = 8;
// A legend below has about a third of the panel: of 8 that is three lines and a piece of one.
const HEIGHT_WITH_LEGEND = 9;

/** Where something is, in columns and rows of the grid. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A row of the dashboard, with places from the top of the dashboard on. */
export interface PlacedRow {
  readonly row: Row;
  /** Of the heading. */
  readonly place: Place;
  readonly panels: ReadonlyArray<{ readonly panel: Panel; readonly place: Place }>;
}

/**
 * Puts panels side by side, line by line.
 *
 * @throws {Error} if a line does not fill the columns, or holds panels of several heights: Grafana would leave gaps
 */
export function place(rows: readonly Row[]): readonly PlacedRow[] {
  let y = 0;
  return rows.map((row) => {
    const heading = { x: 0, y, w: COLUMNS, h: 1 };
    if (row.title !== undefined) y += 1;
    const panels = lines(row.panels).flatMap((line) => {
      const usual = line.some(hasLegendBelow) ? HEIGHT_WITH_LEGEND : HEIGHT;
      const height = line[0]?.height ?? usual;
      let x = 0;
      const placed = line.map((panel) => {
        const { width, title } = panel;
        if ((panel.height ?? usual) !== height) throw new Error(`${title} is not as high as the panels beside it`);
        const at = { x, y, w: width, h: height };
        x += width;
        return { panel, place: at };
      });
      y += height;
      return placed;
    });
    // What is folded away takes no room: rows below begin under the heading.
    if (row.collapsed === true) y = heading.y + 1;
    return { row, place: heading, panels };
  });
}

function lines(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  const all: Panel[][] = [];
  let [line, width]: [Panel[], number] = [[], 0];
  for (const panel of panels) {
    line.push(panel);
    width += panel.width;
    if (width > COLUMNS) throw new Error(`${panel.title} reaches beyond ${COLUMNS} columns`);
    if (width === COLUMNS) {
      all.push(line);
      [line, width] = [[], 0];
    }
  }
  if (width > 0) throw new Error(`the line of ${line.at(-1)?.title} fills ${width} of ${COLUMNS} columns`);
  return all;
}
