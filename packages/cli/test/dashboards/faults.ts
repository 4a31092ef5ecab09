import type { Outcome, PanelQuery } from '@outrider/dashboards';
import { parse, selectors } from '../../../dashboards/test/static/promql.ts';

const LABEL_IN_LEGEND = /\{\{\s*(\w+)\s*\}\}/g;

/** The names of the series that a query asks for. */
export function namesIn(expr: string): readonly string[] {
  return [...new Set(selectors(parse(expr)).map(({ name }) => name))];
}

/** Where a query stands, for whoever is to mend it. */
export function placeOf({ dashboard, panel, refId }: PanelQuery): string {
  return `${dashboard.uid} / ${panel.title} (${panel.id}) ${refId}`;
}

/**
 * Why a panel would have nothing to show, or not what it promises; undefined if it has.
 *
 * @param live names of all series that there are
 */
export function faultOf(outcome: Outcome, live: ReadonlySet<string>): string | undefined {
  const { asked } = outcome;
  const empty = emptinessOf(outcome, live);
  if (empty !== undefined) return empty;
  const missing = promised(asked).filter((label) => !outcome.labels.has(label));
  if (missing.length === 0) return undefined;
  return `${placeOf(asked)}: no series has the label ${missing.join(', ')}: ${outcome.expr}`;
}

/** Whether a panel has what it promises. */
export function isWhole(outcome: Outcome): boolean {
  return faultOf(outcome, new Set()) === undefined;
}

/** Whether there is anything to show, whatever is promised. */
export function hasAny({ finite }: Outcome): boolean {
  return finite > 0;
}

/** Why a panel would have nothing to show, whatever it promises; undefined if it has. */
export function emptinessOf(outcome: Outcome, live: ReadonlySet<string>): string | undefined {
  const why = emptiness(outcome, live);
  return why === undefined ? undefined : `${placeOf(outcome.asked)}: ${why}: ${outcome.expr}`;
}

/** Why nothing can be drawn of what a query found; undefined if something can. */
export function emptiness(
  { expr, error, samples, finite }: Pick<Outcome, 'expr' | 'error' | 'samples' | 'finite'>,
  live: ReadonlySet<string>,
): string | undefined {
  if (error !== undefined) return error.message;
  if (finite > 0) return undefined;
  if (samples > 0) return `none of ${samples} samples is finite`;
  const unknown = namesIn(expr).filter((name) => !live.has(name));
  return unknown.length === 0 ? 'is empty' : `is empty, there is no ${unknown.join(', ')}`;
}

/** Labels that a legend or a column shows. */
function promised({ panel, query }: PanelQuery): readonly string[] {
  // The columns of a table are made of the labels, and it has no legend.
  if (panel.type === 'table') return panel.columns.flatMap(({ of }) => (typeof of === 'string' ? of : []));
  return [...query.legend.matchAll(LABEL_IN_LEGEND)].map(([, label = '']) => label);
}
