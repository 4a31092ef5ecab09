/** What stands for the variables of a dashboard where no Grafana fills them in. */
export interface Values {
  /** By the names of variables; several values of one become alternatives of a regular expression. */
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
  readonly scrapeIntervalS: number;
  /** Time between two points of a panel. */
  readonly stepS: number;
  /** Length of the time range. */
  readonly rangeS: number;
}

const VARIABLE = /\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g;

/**
 * A query as Grafana would send it.
 *
 * @throws {Error} if the query has a variable that has no value, naming it
 */
export function interpolate(expr: string, values: Values): string {
  return expr.replace(VARIABLE, (_, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    const value = builtIn(name, values) ?? values.variables[name];
    if (value === undefined) throw new Error(`$${name} has no value in ${expr}`);
    return typeof value === 'string' ? value : alternatives(value);
  });
}

/** The names of the variables in a text, Grafana's own aside. */
export function variablesIn(text: string): readonly string[] {
  const names = [...text.matchAll(VARIABLE)].map(([, braced, bare]) => braced ?? bare ?? '');
  return [...new Set(names)].filter((name) => !name.startsWith('__'));
}

/** Grafana's own variables, by the rules of its Prometheus data source. */
function builtIn(name: string, { scrapeIntervalS, stepS, rangeS }: Values): string | undefined {
  const interval = Math.max(stepS, scrapeIntervalS);
  switch (name) {
    case '__rate_interval':
      return `${Math.max(interval + scrapeIntervalS, 4 * scrapeIntervalS)}s`;
    case '__interval':
      return `${interval}s`;
    case '__range':
      return `${rangeS}s`;
    case '__range_s':
      return String(rangeS);
    default:
      return undefined;
  }
}

function alternatives(values: readonly string[]): string {
  // Twice escaped: once for the regular expression, once for the string of PromQL that it stands in.
  const escaped = values.map((value) =>
    value.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\\$&`).replaceAll('"', String.raw`\"`),
  );
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}
