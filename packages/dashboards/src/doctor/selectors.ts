/** What a query asks Prometheus for: a metric, and which of its series. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** The range behind it, in seconds. */
  readonly rangeS?: number;
  /** How far back it looks from there, in seconds. */
  readonly offsetS?: number;
}

/** What a label must be. */
export interface Matcher {
  readonly label: string;
  /** Operator and value, as PromQL has them: `=~".+"`. */
  readonly test: string;
}

/** A text in an expression, as the source of a regular expression. */
export const STRING: string = String.raw`"(?:[^"\\]|\\.)*"`;
const WORD = new RegExp(
  // What stands aside: texts, ranges of subqueries, numbers and durations.
  String.raw`${STRING}|\[[^\]]*\]|\d[\w.]*` +
    // A word with what may follow: a parenthesis, or labels, or a range.
    String.raw`|(?<name>[a-zA-Z_:][\w:]*)(?<call>\s*\(|\s+(?:by|without)\b)?(?<braces>\s*\{(?:[^"}]|${STRING})*\})?` +
    String.raw`(?:\s*\[(?<range>\w+)\])?(?:\s+offset\s+(?<offset>\w+))?`,
  'g',
);
// Words of the language that labels in parentheses follow, and those that stand alone.
const GROUPING: ReadonlySet<string> = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const ALONE: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan', ...GROUPING]);

/** The selectors of an expression whose variables are filled in, each once. */
export function selectorsIn(expr: string): readonly Selector[] {
  const found = new Map<string, Selector>();
  for (const { groups = {} } of withoutGrouping(expr).matchAll(WORD)) {
    const { name, call, braces, range, offset } = groups;
    if (name === undefined || call !== undefined || (ALONE.has(name.toLowerCase()) && braces === undefined)) continue;
    const selector: Selector = {
      name,
      matchers: matchersIn(braces ?? ''),
      ...(range === undefined ? {} : { rangeS: secondsOf(range) }),
      ...(offset === undefined ? {} : { offsetS: secondsOf(offset) }),
    };
    found.set(JSON.stringify(selector), selector);
  }
  return [...found.values()];
}

/** An expression without the labels that it groups or matches by, which look like metrics. */
export function withoutGrouping(expr: string): string {
  return expr.replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '$1 ');
}

/** A selector as PromQL, without its range. */
export function written({ name, matchers }: Selector): string {
  return matchers.length === 0 ? name : `${name}{${matchers.map(({ label, test }) => label + test).join(',')}}`;
}

const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** A duration of Prometheus in seconds: `23h30m` is 84600. */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, figures, unit = '']) => sum + Number(figures) * (SECONDS[unit] ?? 0), 0);
}

/** Seconds as a duration of Prometheus: 84600 is `23h30m`. */
export function durationOf(seconds: number): string {
  let rest = seconds;
  const parts = (['d', 'h', 'm', 's'] as const).map((unit) => {
    const length = SECONDS[unit] ?? 1;
    const figures = Math.floor(rest / length);
    rest -= figures * length;
    return figures === 0 ? '' : `${figures}${unit}`;
  });
  return parts.join('') || '0s';
}

function matchersIn(braces: string): readonly Matcher[] {
  const pattern = new RegExp(String.raw`([a-zA-Z_]\w*)\s*((?:=~|!~|!=|=)\s*${STRING})`, 'g');
  return [...braces.matchAll(pattern)].map(([, label = '', test = '']) => ({ label, test }));
}
