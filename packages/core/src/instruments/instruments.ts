import type { MetricDefinition } from '../catalogue.ts';
import { metricDefinition } from '../catalogue.ts';
import { OutriderError, show } from '../errors.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import { SeriesBudget } from '../recorder/series-budget.ts';
import { warnOnce } from '../warn.ts';
import { Counter } from './counter.ts';
import { ExposedNames } from './exposed-names.ts';
import { Gauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import { HistogramMetric } from './histogram-metric.ts';
import { checkInstrumentOptions, defaultBounds } from './instrument-options.ts';
import type { HistogramOptions, InstrumentOptions, ObservedGaugeOptions } from './instrument-options.ts';
import { Intake } from './intake.ts';
import { NumberMetric } from './number-metric.ts';
import { ObservedGauge } from './observed-gauge.ts';

const ERRORS = metricDefinition('outrider.instrument.errors');

/** Instruments at the most, so that names made up at run time cannot fill the memory. */
const MAX_INSTRUMENTS = 1000;
const MAX_SERIES = 200;

// OpenTelemetry's syntax of instrument names (metrics API specification, instrument name syntax).
const NAME = /^[a-z][\w./-]{0,254}$/i;

/** The budget of what is not recorded. */
const NOTHING = new SeriesBudget(0);

type Kind = 'counter' | 'gauge' | 'histogram';

/** What makes an instrument another one, though it has the same name. */
interface Shape {
  readonly kind: Kind;
  /** Which of the two gauges. */
  readonly observed: boolean;
  readonly unit: string | undefined;
  readonly buckets: readonly number[] | undefined;
}

interface Held {
  readonly shape: Shape;
  readonly instrument: Counter | Gauge | Histogram | ObservedGauge;
  readonly source: MetricSource;
  readonly intake: Intake;
}

interface Made {
  readonly instrument: Held['instrument'];
  readonly source: MetricSource;
}

/** The counters, gauges and histograms of the application's own, by name. */
export class Instruments implements MetricSource {
  readonly #held = new Map<string, Held>();
  readonly #budget: SeriesBudget;
  readonly #enabled: boolean;
  readonly #others: Intake[] = [];
  #names: ExposedNames | undefined;

  /** @param enabled whether anything is recorded at all */
  constructor(budget: SeriesBudget, enabled: boolean) {
    this.#budget = budget;
    this.#enabled = enabled;
  }

  /** See the observer's method of this name. */
  counter(name: string, options: InstrumentOptions = {}): Counter {
    return this.#get('counter', name, options, (definition, intake, budget) => {
      const source = new NumberMetric(definition, budget, MAX_SERIES);
      return { source, instrument: new Counter(source, intake) };
    }) as Counter;
  }

  /** See the observer's method of this name. */
  gauge(name: string, options: InstrumentOptions | ObservedGaugeOptions = {}): Gauge | undefined {
    const read = (options as Partial<ObservedGaugeOptions> | null)?.read;
    const gauge = this.#get('gauge', name, options, (definition, intake, budget) => {
      if (read === undefined) {
        const source = new NumberMetric(definition, budget, MAX_SERIES);
        return { source, instrument: new Gauge(source, intake) };
      }
      const source = new ObservedGauge(definition, read, intake, budget, MAX_SERIES);
      return { source, instrument: source };
    });
    if (gauge instanceof Gauge) return gauge;
    // Loaded again, a module gives another function of the same meaning.
    (gauge as ObservedGauge).reader = read!;
    return undefined;
  }

  /** See the observer's method of this name. */
  histogram(name: string, options: HistogramOptions = {}): Histogram {
    return this.#get('histogram', name, options, (definition, intake, budget) => {
      const bounds = options.buckets === undefined ? defaultBounds(definition.unit) : [...options.buckets];
      const source = new HistogramMetric(definition, bounds, budget, MAX_SERIES);
      return { source, instrument: new Histogram(source, intake) };
    }) as Histogram;
  }

  /**
   * Counts what cannot be used of what is given to a metric of the catalogue.
   *
   * @param taken Prometheus names of labels that it has already
   */
  intake(metric: MetricDefinition, taken: readonly string[]): Intake {
    const intake = new Intake(metric.name, this.#enabled, taken);
    this.#others.push(intake);
    return intake;
  }

  collect(visitor: MetricVisitor): void {
    for (const { source } of this.#held.values()) source.collect(visitor);
    visitor.metric(ERRORS);
    const intakes = [...this.#others, ...Array.from(this.#held.values(), ({ intake }) => intake)];
    for (const { attributes, rejected } of intakes) visitor.number(attributes, rejected);
  }

  #get(
    kind: Kind,
    name: string,
    options: HistogramOptions & Partial<ObservedGaugeOptions>,
    make: (definition: MetricDefinition, intake: Intake, budget: SeriesBudget) => Made,
  ): Held['instrument'] {
    if (typeof name !== 'string' || !NAME.test(name)) {
      throw new OutriderError('OUTRIDER_INSTRUMENT_NAME', { kind, value: show(name) });
    }
    checkInstrumentOptions(kind, show(name), options);
    const { unit, buckets, description = '', read } = options;
    const asked: Shape = { kind, observed: read !== undefined, unit, buckets };
    const known = this.#held.get(name);
    if (known !== undefined) {
      if (agree(asked, known.shape)) return known.instrument;
      const parts = { name: show(name), known: described(known.shape), asked: described(asked) };
      throw new OutriderError('OUTRIDER_INSTRUMENT_CONFLICT', parts);
    }
    const definition: MetricDefinition = {
      name, kind, description, unit: unit ?? '', attributes: [], stability: 'outrider', emitter: 'app',
    }; // oxfmt-ignore
    const room = this.#held.size < MAX_INSTRUMENTS;
    if (room) (this.#names ??= new ExposedNames()).take(definition);
    // Without the name: there may be any number of them.
    else warnOnce(`there are ${MAX_INSTRUMENTS} instruments: further ones are not recorded`);
    const enabled = this.#enabled && room;
    const intake = new Intake(name, enabled);
    const made = make(definition, intake, enabled ? this.#budget : NOTHING);
    if (room) {
      const bounds = kind === 'histogram' ? [...(buckets ?? defaultBounds(definition.unit))] : undefined;
      this.#held.set(name, { ...made, intake, shape: { ...asked, unit: definition.unit, buckets: bounds } });
    }
    return made.instrument;
  }
}

/** Whether what is asked for is what there is; what is left out agrees with anything. */
function agree(asked: Shape, known: Shape): boolean {
  return (
    asked.kind === known.kind &&
    asked.observed === known.observed &&
    (asked.unit === undefined || asked.unit === known.unit) &&
    (asked.buckets === undefined || String(asked.buckets) === String(known.buckets))
  );
}

function described({ kind, observed, unit, buckets }: Shape): string {
  return [
    `a ${kind}`,
    observed ? ' with read' : kind === 'gauge' ? ' without read' : '',
    unit === undefined ? '' : ` of unit ${show(unit)}`,
    buckets === undefined ? '' : ` with buckets [${buckets.join(', ')}]`,
  ].join('');
}
