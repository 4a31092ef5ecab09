import type { Panel } from '../dashboard.ts';

const WIDE = 12;

/** Whether the names of the lines stand below them: where beside them they would leave too little room, or shift the axis. */
export function hasLegendBelow(panel: Panel): boolean {
  return panel.type === 'timeseries' && (panel.width < WIDE || panel.legendBelow === true);
}
