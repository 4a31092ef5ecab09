import type { Thresholds } from '../../src/config.ts';
import { panelsOf, parsedOrNothing } from './bundle.ts';
import type { Bundle, Check } from './bundle.ts';
import { within } from './promql.ts';

/** A threshold, the alerts that fire at it and the dashboard that has a mark there. */
interface Pair {
  readonly of: (thresholds: Thresholds) => number | undefined;
  readonly alerts: readonly string[];
  readonly dashboard?: string;
}

/** Every threshold that is drawn, or that an alert compares with. */
export const PAIRS: Readonly<Record<string, Pair>> = {
  'cpu.high': { of: ({ cpu }) => cpu.high, alerts: ['CpuHigh'], dashboard: 'outrider-system' },
  'cpu.critical': { of: ({ cpu }) => cpu.critical, alerts: ['CpuCritical'], dashboard: 'outrider-system' },
  'memory.high': { of: ({ memory }) => memory.high, alerts: ['MemoryHigh'], dashboard: 'outrider-system' },
  'memory.container': {
    of: ({ memory }) => memory.container,
    alerts: ['ContainerMemoryHigh'],
    dashboard: 'outrider-system',
  },
  'cache.hitRatio': { of: ({ cache }) => cache.hitRatio, alerts: ['CacheHitRateLow'], dashboard: 'outrider-cache' },
  'latency.warnS': { of: ({ latency }) => latency.warnS, alerts: [], dashboard: 'outrider-api' },
  'latency.highS': { of: ({ latency }) => latency.highS, alerts: [], dashboard: 'outrider-api' },
  'latency.share': {
    of: ({ latency }) => latency.share,
    alerts: ['LatencyP95Warn', 'LatencyP95High'],
    dashboard: 'outrider-api',
  },
  'errors.share': { of: ({ errors }) => errors.share, alerts: ['ErrorRateHigh'], dashboard: 'outrider-api' },
  'throughput.floor': {
    of: ({ throughput }) => throughput.floor,
    alerts: ['ThroughputLow'],
    dashboard: 'outrider-api',
  },
  'throughput.baselineShare': { of: ({ throughput }) => throughput.baselineShare, alerts: ['ThroughputRegression'] },
  'memoryGrowth.bytesPerHour': { of: ({ memoryGrowth }) => memoryGrowth.bytesPerHour, alerts: ['MemoryGrowth'] },
  'memoryGrowth.bytesIn10Minutes': { of: ({ memoryGrowth }) => memoryGrowth.bytesIn10Minutes, alerts: ['MemoryJump'] },
  'regression.ratio': {
    of: ({ regression }) => regression.ratio,
    alerts: ['LatencyRegression', 'ReleaseRegression'],
    dashboard: 'outrider-regression',
  },
  'regression.differenceS': {
    of: ({ regression }) => regression.differenceS,
    alerts: ['LatencyRegression', 'ReleaseRegression'],
  },
  'eventLoop.delayS': {
    of: ({ eventLoop }) => eventLoop.delayS,
    alerts: ['EventLoopBlocked'],
    dashboard: 'outrider-system',
  },
  'throttling.share': {
    of: ({ throttling }) => throttling.share,
    alerts: ['ContainerThrottled'],
    dashboard: 'outrider-system',
  },
};

/** Panels have their marks where alerts fire. */
export const marksAreThresholds: Check = (bundle) => {
  const { thresholds } = bundle.config;
  const known = knownMarks(bundle);
  return [
    ...Object.entries(PAIRS).flatMap(([name, { of, alerts, dashboard }]) => {
      const value = of(thresholds);
      // One that is not configured has no alert.
      if (value === undefined) return [];
      return [
        ...alerts
          .filter((alert) => !comparedWith(bundle, alert).includes(value))
          .map((alert) => `${alert} does not fire at ${name}, ${value}`),
        ...(dashboard === undefined || marksOf(bundle, dashboard).some((mark) => mark.value === value)
          ? []
          : [`${dashboard} has no mark at ${name}, ${value}`]),
      ];
    }),
    ...bundle.v1.flatMap(({ uid = '' }) =>
      marksOf(bundle, uid)
        .filter(({ value }) => !known.some((one) => isClose(one, value)) && !PLAIN.has(value))
        .map(({ value, title }) => `${uid} / ${title}: a mark at ${value}, which is no threshold`),
    ),
    ...missingBounds(bundle),
  ];
};

/** What the configuration says, what alerts compare with, and burn rates: that, in multiples of the budget. */
function knownMarks(bundle: Bundle): readonly number[] {
  const { thresholds } = bundle.config;
  const budget = 1 - thresholds.slo.objective;
  const compared = bundle.groups.flatMap(({ rules }) => rules).flatMap(({ alert = '' }) => comparedWith(bundle, alert));
  return [...numbersIn(thresholds), budget, ...compared, ...compared.map((value) => value / budget)];
}

/** Burn rates are rounded where they are written. */
function isClose(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-6 * Math.abs(other);
}

// There or not, one or none.
const PLAIN = new Set([0, 1]);

/** Everything that latency is compared with is a bound of the histogram: else nobody can tell. */
function missingBounds({ config: { latencyBoundsS, thresholds } }: Bundle): readonly string[] {
  const { warnS, highS, slowS } = thresholds.latency;
  return [warnS, highS, slowS, thresholds.slo.latencyS]
    .filter((bound) => !latencyBoundsS.includes(bound))
    .map((bound) => `${bound} is no bound of the histogram`);
}

interface MarkOfPanel {
  readonly value: number;
  readonly title: string;
}

/** The marks of all panels and columns of a dashboard, or of one panel. */
export function marksOf({ v1 }: Bundle, uid: string, id?: number): readonly MarkOfPanel[] {
  return v1
    .filter((dashboard) => dashboard.uid === uid)
    .flatMap(panelsOf)
    .filter((panel) => id === undefined || panel.id === id)
    .flatMap(({ title = '', fieldConfig }) => {
      const own = fieldConfig?.defaults.thresholds?.steps ?? [];
      const ofColumns = (fieldConfig?.overrides ?? [])
        .flatMap(({ properties }) => properties)
        .filter((property) => property.id === 'thresholds')
        .flatMap(({ value }) => (value as { steps: ReadonlyArray<{ value: number | null }> }).steps);
      return [...own, ...ofColumns].flatMap(({ value }) => (value === null ? [] : [{ value, title }]));
    });
}

/** The numbers that an alert's expression compares with. */
function comparedWith({ groups }: Bundle, alert: string): readonly number[] {
  return groups
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.alert === alert)
    .flatMap(({ expr }) => parsedOrNothing(expr))
    .flatMap((expr) => [...within(expr)])
    .flatMap((part) => {
      const compared = part.kind === 'binary' && /^[<>]=?$/.test(part.operator) && part.right.kind === 'number';
      return compared && part.right.kind === 'number' ? [Number(part.right.text)] : [];
    });
}

function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
