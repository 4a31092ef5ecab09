import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { EventLoopUtilization } from 'node:perf_hooks';
import { AttributeSet, NO_ATTRIBUTES } from '../attributes.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';

const PERCENTILES = [50, 90, 99] as const;
const DELAYS = PERCENTILES.map((p) => metricDefinition(`nodejs.eventloop.delay.p${p}`));
const MAX_DELAY = metricDefinition('nodejs.eventloop.delay.max');
const UTILIZATION = metricDefinition('nodejs.eventloop.utilization');
const TIME = metricDefinition('nodejs.eventloop.time');
const ACTIVE = new AttributeSet({ 'nodejs.eventloop.state': 'active' });
const IDLE = new AttributeSet({ 'nodejs.eventloop.state': 'idle' });

/** Timer resolution where the loop's delay cannot be sampled at each turn: coarse, because every tick costs the app. */
const RESOLUTION_MS = 20;
// Not in the types of the Node versions that do not have it.
const PER_ITERATION: object = { samplePerIteration: true };

interface Window {
  readonly percentiles: readonly number[];
  readonly max: number;
  readonly utilization: number;
}

/**
 * Event loop delay and utilization over the last window. `sample` closes a window; it is called by one timer, not by
 * readers, so that several readers see the same figures.
 */
export class EventLoopSource implements MetricSource {
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>;
  // A timer-based monitor reports how late its timer came plus the timer's own period.
  readonly #periodNs: number;
  #utilization: EventLoopUtilization = performance.eventLoopUtilization();
  #window: Window | undefined;

  constructor() {
    const perIteration = samplesPerIteration();
    this.#histogram = monitorEventLoopDelay(perIteration ? PER_ITERATION : { resolution: RESOLUTION_MS });
    this.#periodNs = perIteration ? 0 : RESOLUTION_MS * 1e6;
    this.#histogram.enable();
  }

  sample(): void {
    const histogram = this.#histogram;
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization);
    // An empty histogram answers with the largest number there is.
    if (histogram.count > 0) {
      this.#window = {
        percentiles: PERCENTILES.map((p) => this.#seconds(histogram.percentile(p))),
        max: this.#seconds(histogram.max),
        utilization: Math.min(1, Math.max(0, utilization)),
      };
      histogram.reset();
      this.#utilization = now;
    }
  }

  #seconds(nanoseconds: number): number {
    return Math.max(0, nanoseconds - this.#periodNs) / 1e9;
  }

  close(): void {
    this.#histogram.disable();
  }

  collect(visitor: MetricVisitor): void {
    const window = this.#window;
    if (window !== undefined) {
      for (const [at, definition] of DELAYS.entries()) {
        visitor.metric(definition);
        visitor.number(NO_ATTRIBUTES, window.percentiles[at]!);
      }
      visitor.metric(MAX_DELAY);
      visitor.number(NO_ATTRIBUTES, window.max);
      visitor.metric(UTILIZATION);
      visitor.number(NO_ATTRIBUTES, window.utilization);
    }
    const { active, idle } = performance.eventLoopUtilization();
    visitor.metric(TIME);
    visitor.number(ACTIVE, active / 1000);
    visitor.number(IDLE, idle / 1000);
  }
}

// Node 26, and 24 in its later releases, measure each turn of the loop; others ignore the option without a word, so
// it is asked for with a value that only those that know it reject.
function samplesPerIteration(): boolean {
  try {
    const notABoolean: object = { samplePerIteration: 1 };
    monitorEventLoopDelay(notABoolean);
    return false;
  } catch {
    return true;
  }
}
