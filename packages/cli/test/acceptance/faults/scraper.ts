import { setTimeout as wait } from 'node:timers/promises';
import { samplesOf, total } from '../exposition.ts';
import type { Sample } from '../exposition.ts';
import type { Stage } from '../stage.ts';
import { ForwardBalance } from './forward-balance.ts';
import { Monotonic } from './monotonic.ts';
import type { WellTime } from './well-time.ts';

const INTERVAL_MS = 500;

/** A figure that is to grow all the time. */
export interface Growing {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The longest that it may stand still, in milliseconds. */
  readonly standstillMs: number;
}

/** Comes to `/metrics` twice a second, as several Prometheus would, and looks whether what it reads can be true. */
export class Scraper {
  /** What was wrong. */
  readonly wrong: string[] = [];
  /** Milliseconds of each scrape that was answered. */
  readonly durations: number[] = [];
  readonly #stage: Stage;
  readonly #time: WellTime;
  readonly #monotonic = new Monotonic();
  readonly #balance = new ForwardBalance();
  readonly #growing: readonly Growing[];
  readonly #grown = new Map<Growing, { value: number; since: number }>();
  #outages = 0;

  constructor(stage: Stage, time: WellTime, growing: readonly Growing[]) {
    this.#stage = stage;
    this.#time = time;
    this.#growing = growing;
  }

  /** Scrapes until the signal says stop. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.#scrape();
      await wait(INTERVAL_MS);
    }
  }

  /** A server was started anew, and counts from 0. */
  forget(prefix: string): void {
    this.#monotonic.forget(prefix);
  }

  async #scrape(): Promise<void> {
    const { outages, well } = this.#time;
    const begun = performance.now();
    let text: string;
    try {
      text = await this.#stage.exposition();
    } catch (error) {
      if (well && this.#time.well && outages === this.#time.outages) this.wrong.push(`scrape: ${String(error)}`);
      return;
    }
    // Who answered is not known if it was replaced meanwhile.
    if (!well || outages !== this.#time.outages) return;
    this.durations.push(performance.now() - begun);
    const samples = samplesOf(text);
    // It was stopped, or it is another one: which of both does not matter to what follows, but for counters.
    if (this.#outages !== outages) this.#grown.clear();
    this.#outages = outages;
    this.wrong.push(...this.#monotonic.look(text, samples), ...this.#balance.look(samples));
    this.#lookForStandstill(samples);
  }

  /** The sidecar was started anew, and counts from 0. */
  restarted(): void {
    this.#monotonic.forget('');
  }

  #lookForStandstill(samples: readonly Sample[]): void {
    const now = this.#time.now;
    for (const figure of this.#growing) {
      const { name, labels, standstillMs } = figure;
      const value = total(samples, name, labels);
      const last = this.#grown.get(figure);
      if (last !== undefined && value === last.value && now - last.since <= standstillMs) continue;
      this.#grown.set(figure, { value, since: now });
      if (value === last?.value)
        this.wrong.push(`${name} ${JSON.stringify(labels)} did not grow for ${standstillMs} ms`);
    }
  }
}
