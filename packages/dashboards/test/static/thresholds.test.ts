import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import type { DashboardConfig, Thresholds } from '../../src/config.ts';
import { generatedFiles } from '../../src/files.ts';
import { duration, percent, size } from '../../src/rules/text.ts';
import { bundleOf, panelsOf } from './bundle.ts';
import type { Bundle, Rule } from './bundle.ts';
import { PAIRS, marksAreThresholds, marksOf } from './thresholds-check.ts';

/** A threshold, and another value for it. */
type Change = readonly [name: string, value: number];

const changes: readonly Change[] = [
  ['cpu.high', 0.7],
  ['cpu.critical', 0.9],
  ['memory.high', 0.75],
  ['memory.container', 0.92],
  ['cache.hitRatio', 0.4],
  ['latency.warnS', 0.05],
  ['latency.highS', 0.2],
  ['latency.share', 0.1],
  ['latency.slowS', 2.5],
  ['errors.share', 0.03],
  ['throughput.floor', 800],
  ['throughput.baselineShare', 0.6],
  ['memoryGrowth.bytesPerHour', 20 * 2 ** 20],
  ['memoryGrowth.bytesIn10Minutes', 50 * 2 ** 20],
  ['regression.ratio', 1.75],
  ['regression.differenceS', 0.025],
  ['eventLoop.delayS', 0.3],
  ['throttling.share', 0.35],
  ['slo.objective', 0.995],
];

const before = bundleOf(defaultConfig);

describe.each(changes)('another %s', (name, value) => {
  const after = bundleOf(changed(name, value));

  it('moves rules, marks and texts together', () => {
    expect(marksAreThresholds(after)).toEqual([]);
    const moved = alerts(after).filter(({ alert, expr, labels }) => {
      const same = alerts(before).find((one) => one.alert === alert && isDeepStrictEqual(one.labels, labels));
      return same?.expr !== expr;
    });
    expect(moved).not.toEqual([]);
    const saidBefore = new Set(alerts(before).map(({ annotations }) => annotations?.['description']));
    for (const { annotations } of moved) expect(saidBefore).not.toContain(annotations?.['description']);
  });

  it('is said where it was said before', () => {
    const later = new Map(texts(after).map(([where, text]) => [where, text]));
    const [group, key] = name.split('.') as [keyof Thresholds, string];
    const old = (defaultConfig.thresholds[group] as Readonly<Record<string, number | undefined>>)[key];
    for (const [where, text] of texts(before)) {
      // Other thresholds may have the same value: what follows this one no longer has a mark there.
      if (old === undefined || !marked(before, where, old) || marked(after, where, old)) continue;
      if (says(text, old)) expect(says(later.get(where) ?? '', value), `${where}: ${text}`).toBe(true);
    }
  });

  const { dashboard } = PAIRS[name] ?? {};
  if (dashboard === undefined) return;
  it(`moves the mark in ${dashboard}`, () => {
    expect(values(after, dashboard)).toContain(value);
    expect(values(after, dashboard)).not.toEqual(values(before, dashboard));
  });
});

it('nothing that is drawn or fires is left out', () => {
  const proven = new Set(changes.map(([name]) => name));
  expect(Object.keys(PAIRS).filter((name) => !proven.has(name))).toEqual([]);
});

it.each(['latency.warnS', 'latency.highS', 'latency.slowS', 'slo.latencyS'])(
  '%s cannot be what is no bound of the histogram',
  (name) => {
    expect(() => generatedFiles(changed(name, 0.07))).toThrow('0.07 is no bound of the histogram');
  },
);

it('a bound that is taken away cannot be a threshold', () => {
  const latencyBoundsS = defaultConfig.latencyBoundsS.filter((bound) => bound !== 0.15);
  expect(() => generatedFiles({ ...defaultConfig, latencyBoundsS })).toThrow('0.15 is no bound of the histogram');
});

it('a budget that cannot be burnt fast enough is refused', () => {
  expect(() => generatedFiles(changed('slo.objective', 0.9))).toThrow('cannot be burnt');
});

function changed(name: string, value: number): DashboardConfig {
  const [group, key] = name.split('.') as [keyof Thresholds, string];
  const { thresholds } = defaultConfig;
  return { ...defaultConfig, thresholds: { ...thresholds, [group]: { ...thresholds[group], [key]: value } } };
}

function alerts({ groups }: Bundle): readonly Rule[] {
  return groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
}

/** The texts of panels, by where they stand. */
function texts({ v1 }: Bundle): ReadonlyArray<readonly [where: string, text: string]> {
  return v1.flatMap((dashboard) =>
    panelsOf(dashboard).map(({ id, description = '' }) => [`${dashboard.uid} ${id}`, description] as const),
  );
}

function marked(bundle: Bundle, where: string, value: number): boolean {
  const [uid = '', id = ''] = where.split(' ');
  return marksOf(bundle, uid, Number(id)).some((mark) => mark.value === value);
}

/** Whether a text names a value, in one of the ways in which people write it. */
function says(text: string, value: number): boolean {
  return [percent(value), duration(value), size(value), String(value)].some((way) =>
    new RegExp(`(?<![\\d.])${way.replace('.', '[.]')}(?![\\d])`).test(text),
  );
}

function values(bundle: Bundle, dashboard: string): readonly number[] {
  return marksOf(bundle, dashboard).map((mark) => mark.value);
}
