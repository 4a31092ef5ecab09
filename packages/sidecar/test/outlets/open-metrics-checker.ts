const METADATA = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][\w:]*) (.*)$/;
const LABEL = '[a-zA-Z_]\\w*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const LABELS = `\\{(?:${LABEL}(?:,${LABEL})*)?\\}`;
const NUMBER = '(?:[+-]?Inf|NaN|[+-]?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)';
const SAMPLE = new RegExp(
  `^([a-zA-Z_:][\\w:]*)(${LABELS})? (${NUMBER})(?: # (${LABELS}) (${NUMBER})(?: (\\d+(?:\\.\\d+)?))?)?$`,
);
/** Suffixes of the samples of a type; the empty one is the family's own name. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  unknown: [''],
  gauge: [''],
  counter: ['_total'],
  histogram: ['_bucket', '_count', '_sum'],
  summary: ['', '_count', '_sum'],
};
/** Names that a type reserves beside its own. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  summary: ['_count', '_sum', '_created'],
};

interface Bucket {
  readonly le: number;
  readonly count: number;
}

interface Point {
  readonly buckets: Bucket[];
  count: number | undefined;
  sum: number | undefined;
}

interface Family {
  readonly name: string;
  readonly told: Set<string>;
  type: string;
  readonly points: Map<string, Point>;
  lastPoint: string | undefined;
}

/** What of a text is against OpenMetrics 1.0, as far as it can be seen in one scrape; empty if nothing is. */
export function openMetricsProblems(text: string): string[] {
  const problems: string[] = [];
  const names = new Set<string>();
  const families = new Set<string>();
  const series = new Set<string>();
  let family: Family | undefined;
  const say = (line: string, problem: string): unknown => problems.push(`${problem}: ${line}`);
  if (!text.endsWith('\n# EOF\n')) problems.push('does not end with # EOF');

  const end = (): void => {
    if (family === undefined) return;
    if (family.points.size === 0) say(family.name, 'no samples');
    if (family.type === 'histogram') for (const [labels, point] of family.points) checkHistogram(labels, point, say);
    for (const [labels, { count, sum }] of family.points) {
      if ((count === undefined) !== (sum === undefined)) say(labels, 'count and sum are not both there');
    }
  };
  for (const line of text
    .replace(/# EOF\n$/, '')
    .split('\n')
    .slice(0, -1)) {
    const metadata = METADATA.exec(line);
    if (metadata !== null) {
      const [, what = '', name = '', value = ''] = metadata;
      if (family?.name !== name) {
        end();
        if (families.has(name)) say(line, 'a family is there twice');
        families.add(name);
        family = { name, told: new Set(), type: 'unknown', points: new Map(), lastPoint: undefined };
      }
      if (family.told.has(what) || family.points.size > 0) say(line, 'told twice, or after a sample');
      family.told.add(what);
      if (what === 'UNIT' && !name.endsWith(`_${value}`)) say(line, 'the unit is not the end of the name');
      if (what === 'HELP' && !/^(?:[^"\\]|\\["\\n])*$/.test(value)) say(line, 'the help is not escaped');
      if (what === 'TYPE') {
        family.type = value;
        if (SUFFIXES[value] === undefined) say(line, 'no such type');
        for (const taken of ['', ...(RESERVED[value] ?? [])].map((suffix) => name + suffix)) {
          if (names.has(taken)) say(line, `clashes for ${taken}`);
          names.add(taken);
        }
      }
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null || family === undefined) {
      say(line, 'no sample');
      continue;
    }
    const [, name = '', labelsText = '{}', valueText = '', exemplarLabels, exemplarValue] = sample;
    const suffix = name.slice(family.name.length);
    if (!name.startsWith(family.name) || !(SUFFIXES[family.type] ?? []).includes(suffix)) {
      say(line, `no sample of a ${family.type} ${family.name}`);
    }
    const pairs = labelPairs(labelsText);
    const labels = Object.fromEntries(pairs);
    if (new Set(pairs.map(([label]) => label)).size !== pairs.length) say(line, 'a label is there twice');
    const id = JSON.stringify([name, pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    if (series.has(id)) say(line, 'a series is there twice');
    series.add(id);
    const value = Number(valueText.replace('Inf', 'Infinity'));
    if (/_(?:total|bucket|count|sum)$/.test(suffix) && !(value >= 0)) say(line, 'a count is below 0, or none');
    if (suffix === '' && family.type === 'summary' && value < 0) say(line, 'a quantile is below 0');

    const { le, ...others } = labels;
    const { quantile, ...plain } = others;
    const key = JSON.stringify(family.type === 'summary' ? plain : others);
    if (family.lastPoint !== key && family.points.has(key)) say(line, 'the samples of a point are not together');
    family.lastPoint = key;
    const point: Point = family.points.get(key) ?? { buckets: [], count: undefined, sum: undefined };
    family.points.set(key, point);
    if (suffix === '_count') point.count = value;
    if (suffix === '_sum') point.sum = value;
    if (quantile !== undefined && !(Number(quantile) >= 0 && Number(quantile) <= 1)) say(line, 'no quantile');
    if (suffix === '_bucket') point.buckets.push({ le: Number(le?.replace('Inf', 'Infinity')), count: value });

    if (exemplarLabels === undefined) continue;
    if (suffix !== '_total' && suffix !== '_bucket') say(line, 'no exemplar is allowed here');
    const characters = labelPairs(exemplarLabels).flat().join('').length;
    if (characters > 128) say(line, 'the labels of the exemplar are too long');
    const [below, bucket] =
      point.buckets.slice(-2).length === 2 ? point.buckets.slice(-2) : [undefined, point.buckets[0]];
    const inside =
      Number(exemplarValue) <= (bucket?.le ?? Infinity) && Number(exemplarValue) > (below?.le ?? -Infinity);
    if (!inside) say(line, 'the exemplar is not in its bucket');
  }
  end();
  return problems;
}

function checkHistogram(
  labels: string,
  { buckets, count, sum }: Point,
  say: (line: string, problem: string) => unknown,
): void {
  if (buckets.at(-1)?.le !== Infinity) say(labels, 'the last bucket is not +Inf');
  if (count !== undefined && buckets.at(-1)?.count !== count) say(labels, 'the count is not that of +Inf');
  if (sum !== undefined && buckets.some(({ le }) => le < 0)) say(labels, 'a sum beside buckets below 0');
  const rising = buckets.every(({ le, count: held }, i) => {
    const before = buckets[i - 1];
    return before === undefined || (le > before.le && held >= before.count);
  });
  if (!rising) say(labels, 'the buckets do not rise');
}

function labelPairs(text: string): Array<[name: string, value: string]> {
  return [...text.matchAll(new RegExp(LABEL, 'g'))].map(([pair]) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 2, -1)];
  });
}
