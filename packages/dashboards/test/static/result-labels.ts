import type { KnownSeries } from './known-series.ts';
import type { Aggregation, Binary, Call, Expression, Selector } from './promql.ts';

/** Every series by its name. */
export type Known = ReadonlyMap<string, KnownSeries>;

/** Aggregations that choose among series instead of joining them. */
const CHOOSE = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);
const SETS = new Set(['and', 'or', 'unless']);

/**
 * The labels that the result of an expression has; an empty set for a single number. Where two sides may each be the
 * result (`or`), those that both have.
 */
export function labelsOf(of: Expression, known: Known): ReadonlySet<string> {
  switch (of.kind) {
    case 'selector':
      return labelsOfSeries(of, known);
    case 'subquery':
      return labelsOf(of.of, known);
    case 'call':
      return labelsOfCall(of, known);
    case 'aggregation':
      return labelsOfAggregation(of, known);
    case 'binary':
      return labelsOfBinary(of, known);
    default:
      return new Set();
  }
}

/** Whether it is one number instead of series. */
export function isScalar(of: Expression): boolean {
  if (of.kind === 'number') return true;
  if (of.kind === 'call') return of.name === 'scalar' || of.name === 'time' || of.name === 'pi';
  return of.kind === 'binary' && isScalar(of.left) && isScalar(of.right);
}

/** The labels of a series, recorded ones by the rule that records them. */
export function labelsOfSeries({ name }: Pick<Selector, 'name'>, known: Known): ReadonlySet<string> {
  const series = known.get(name);
  if (series === undefined) return new Set();
  return series.from === 'rules' ? labelsOf(series.expr, known) : series.labels;
}

function labelsOfCall({ name, args }: Call, known: Known): ReadonlySet<string> {
  const all = args.map((arg) => labelsOf(arg, known));
  const [first = new Set<string>()] = all;
  switch (name) {
    case 'histogram_quantile':
      return without(all[1] ?? new Set(), ['le']);
    case 'label_replace':
    case 'label_join':
      return new Set([...first, args[1]?.kind === 'string' ? args[1].text : '']);
    case 'absent':
    case 'absent_over_time':
      return new Set(args.flatMap((arg) => (arg.kind === 'selector' ? arg.matchers : [])).map(({ label }) => label));
    case 'scalar':
    case 'vector':
    case 'time':
      return new Set();
    case 'quantile_over_time':
      return all[1] ?? new Set();
    default:
      return first;
  }
}

function labelsOfAggregation({ name, grouping, labels, args }: Aggregation, known: Known): ReadonlySet<string> {
  const inner = labelsOf(args.at(-1) ?? { kind: 'number', text: '0' }, known);
  if (CHOOSE.has(name)) return inner;
  if (grouping === 'without') return without(inner, labels);
  const kept = labels.filter((label) => inner.has(label));
  return new Set(name === 'count_values' && args[0]?.kind === 'string' ? [...kept, args[0].text] : kept);
}

function labelsOfBinary({ operator, matching, left, right }: Binary, known: Known): ReadonlySet<string> {
  const [ofLeft, ofRight] = [labelsOf(left, known), labelsOf(right, known)];
  if (isScalar(left)) return ofRight;
  if (isScalar(right)) return ofLeft;
  if (operator === 'or') return common(ofLeft, ofRight);
  if (SETS.has(operator)) return ofLeft;
  if (matching === undefined) return common(ofLeft, ofRight);
  const { by, labels, many, include } = matching;
  if (many !== undefined) return new Set([...(many === 'left' ? ofLeft : ofRight), ...include]);
  return by === 'on' ? common(ofLeft, new Set(labels)) : without(ofLeft, labels);
}

function without(labels: ReadonlySet<string>, dropped: readonly string[]): ReadonlySet<string> {
  return new Set([...labels].filter((label) => !dropped.includes(label)));
}

function common(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left].filter((label) => right.has(label)));
}
