import type { Sample } from '../exposition.ts';

const PARTS = ['_bucket', '_count', '_sum'];

/** Sees to it that what is declared a counter or a histogram never goes back. */
export class Monotonic {
  #last = new Map<string, number>();

  /** Whatever begins so may begin anew. */
  forget(prefix: string): void {
    this.#last = new Map([...this.#last].filter(([series]) => !series.startsWith(prefix)));
  }

  /** What went back since the last look, as text. */
  look(text: string, samples: readonly Sample[]): string[] {
    const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]));
    const wrong: string[] = [];
    for (const { name, labels, value } of samples) {
      if (!isCumulative(name, types)) continue;
      const series = `${name}${JSON.stringify(labels)}`;
      const before = this.#last.get(series) ?? 0;
      if (value < before) wrong.push(`${series} went back from ${before} to ${value}`);
      this.#last.set(series, value);
    }
    return wrong;
  }
}

function isCumulative(name: string, types: ReadonlyMap<string, string>): boolean {
  if (types.get(name) === 'counter') return true;
  const part = PARTS.find((ending) => name.endsWith(ending));
  return part !== undefined && types.get(name.slice(0, -part.length)) === 'histogram';
}
