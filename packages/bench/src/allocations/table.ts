import { median, spread } from '../harness/statistics.ts';
import { renderTable, withRange } from '../harness/table.ts';
import { spreadOf } from '../harness/within-rounds.ts';
import { RECORDERS, VARIANTS } from './round.ts';
import type { AllocationRound } from './round.ts';

const RECORD_HEAD = ['recorder', 'bytes/record, sampled', '(min–max)', 'heap growth', '(min–max)'];
const REQUEST_HEAD = ['variant', 'bytes/request', '(min–max)', 'more than bare', '(min–max)', 'by Outrider’s files'];
const SITE_HEAD = ['function of Outrider’s', 'bytes/request'];

/** How many functions are listed. */
const SITES = 12;

/** Writes the rounds as three Markdown tables: of a record, of a request, and of Outrider's functions. */
export function renderAllocations(rounds: readonly AllocationRound[]): string {
  const sampled = rounds.map((round) => round.sampled);
  const grown = rounds.map((round) => round.grown);
  const all = rounds.map((round) => round.all);
  const records = RECORDERS.map((name) => [
    name,
    ...withRange(spreadOf(sampled, name), 1),
    ...withRange(spreadOf(grown, name), 1),
  ]);
  const requests = VARIANTS.map((name) => {
    const more = name === 'bare' ? undefined : spread(all.map((round) => round[name]! - round['bare']!));
    const own = median(rounds.map((round) => round.own[name]!));
    return [name, ...withRange(spreadOf(all, name), 0), ...withRange(more, 0), own.toFixed(0)];
  });
  return [
    renderTable(RECORD_HEAD, records),
    renderTable(REQUEST_HEAD, requests),
    renderTable(SITE_HEAD, topSites(rounds)),
  ].join('\n\n');
}

function topSites(rounds: readonly AllocationRound[]): string[][] {
  const names = new Set(rounds.flatMap(({ sites }) => Object.keys(sites)));
  return [...names]
    .map((name) => ({ name, bytes: median(rounds.map(({ sites }) => sites[name] ?? 0)) }))
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, SITES)
    .map(({ name, bytes }) => [name, bytes.toFixed(0)]);
}
