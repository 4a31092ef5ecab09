import { PrometheusClient } from '@outrider/dashboards';
import type { ExpectedAlert } from './steps.ts';

const ATTEMPT_MS = 5000;

/** An alert that fired. */
export interface FiredAlert {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  /** When it was seen to fire, on the clock of `performance.now()`. */
  readonly at: number;
}

/** Remembers what fires in a Prometheus, each alert once, from the first time it is seen on. */
export class FiredAlerts {
  readonly #client: PrometheusClient;
  readonly #fired = new Map<string, FiredAlert>();

  /** @param prometheus such as `http://127.0.0.1:9090` */
  constructor(prometheus: string) {
    this.#client = new PrometheusClient(prometheus, { timeoutMs: ATTEMPT_MS });
  }

  /** All so far, the first one first. */
  get all(): readonly FiredAlert[] {
    return [...this.#fired.values()];
  }

  /** Asks once; what Prometheus does not answer in time is asked again the next time. @returns what is new */
  async look(): Promise<readonly FiredAlert[]> {
    const rules = (await this.#client.rules()).flatMap((group) => group.rules);
    const fresh: FiredAlert[] = [];
    for (const { labels, annotations, state } of rules.flatMap(({ alerts = [] }) => alerts)) {
      const key = JSON.stringify(labels);
      if (state !== 'firing' || this.#fired.has(key)) continue;
      const fired = {
        alert: labels['alertname'] ?? '',
        labels,
        summary: annotations['summary'] ?? '',
        at: performance.now(),
      };
      this.#fired.set(key, fired);
      fresh.push(fired);
    }
    return fresh;
  }

  /** The first one that is what is expected. */
  find({ alert, labels }: ExpectedAlert): FiredAlert | undefined {
    return this.all.find(
      (fired) =>
        fired.alert === alert && Object.entries(labels).every(([label, value]) => fired.labels[label] === value),
    );
  }
}
