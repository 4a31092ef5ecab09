import { performance } from 'node:perf_hooks';
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

/**
 * How often the delay is sampled, by a timer: coarse, because every tick costs the application. Node's own monitor either
 * samples each turn of the loop, which a busy server pays for at every request, or by a timer too, and then it does not
 * see a block that begins right after a reading.
 */
const TICK_MS = 20;

/** Ticks kept of one window: at twenty milliseconds, those of almost three minutes. */
const MAX_TICKS = 8192;

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
  readonly #timer: NodeJS.Timeout;
  /** How late each tick of this window came, in seconds. */
  #delays: number[] = [];
  #lastTick: number = performance.now();
  #utilization: EventLoopUtilization = performance.eventLoopUtilization();
  #window: Window | undefined;

  /** @param onTick called at every tick: what is to be looked at as often needs no timer of its own */
  constructor(onTick: () => void = () => {}) {
    this.#timer = setInterval(() => {
      this.#tick();
      onTick();
    }, TICK_MS).unref();
  }

  #tick(): void {
    const now = performance.now();
    if (this.#delays.length < MAX_TICKS) this.#delays.push(Math.max(0, now - this.#lastTick - TICK_MS) / 1000);
    this.#lastTick = now;
  }

  sample(): void {
    const delays = this.#delays.toSorted((a, b) => a - b);
    if (delays.length === 0) return;
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization);
    this.#window = {
      // Nearest rank: the smallest delay that so many percent do not exceed.
      percentiles: PERCENTILES.map((p) => delays[Math.ceil((p / 100) * delays.length) - 1]!),
      max: delays.at(-1)!,
      utilization: Math.min(1, Math.max(0, utilization)),
    };
    this.#delays = [];
    this.#utilization = now;
  }

  close(): void {
    clearInterval(this.#timer);
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
