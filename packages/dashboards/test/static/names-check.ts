import { catalogue } from '@outrider/core/whole-catalogue';
import { asked, labelValuesOf, interpolated, parsedOrNothing, variablesOf } from './bundle.ts';
import type { Bundle, Check, Rule } from './bundle.ts';
import { knownSeries } from './known-series.ts';
import { notShown } from './not-shown.ts';
import { within } from './promql.ts';
import type { Aggregation, Binary, Expression } from './promql.ts';
import { isScalar, labelsOf, labelsOfSeries } from './result-labels.ts';
import type { Known } from './result-labels.ts';

interface Place {
  readonly where: string;
  readonly expr: Expression;
}

/** Every name of a series is in the catalogue, recorded by a rule, or Prometheus' own; and so is every label. */
export const namesAreKnown: Check = (bundle) => {
  const known = knownSeries(bundle.groups);
  const installed = [...Object.keys(bundle.config.applications), ...Object.keys(bundle.config.hosts)];
  const problems = expressions(bundle).flatMap(({ where, expr }) =>
    [...within(expr)].flatMap((part) =>
      [...faults(part, known, installed), ...strangeBounds(part, bundle.config.latencyBoundsS)].map(
        (fault) => `${where}: ${fault}`,
      ),
    ),
  );
  return [...problems, ...labelsOfVariables(bundle, known)];
};

/** Every metric of the catalogue is asked for by a panel or a rule, or on the list of those that need not be. */
export const metricsAreShown: Check = (bundle) => {
  const known = knownSeries(bundle.groups);
  const used = new Set<string>();
  for (const { expr } of expressions(bundle)) {
    for (const part of within(expr)) {
      const series = part.kind === 'selector' ? known.get(part.name) : undefined;
      if (series?.from === 'catalogue') used.add(series.definition.name);
    }
  }
  return [...catalogue.keys()].flatMap((name) => {
    const reason = notShown[name];
    if (used.has(name)) return reason === undefined ? [] : [`${name} is shown, and on the list of what is not`];
    return reason === undefined ? [`${name} is in no panel and no rule`] : [];
  });
};

function expressions(bundle: Bundle): readonly Place[] {
  const rules = bundle.groups.flatMap((group) => group.rules);
  return [
    ...asked(bundle).flatMap(({ where, parsed }) => parsed.map((expr) => ({ where, expr }))),
    ...rules.flatMap((rule) =>
      [rule.expr, ...askedByTexts(rule)].flatMap((expr) =>
        parsedOrNothing(expr).map((parsed) => ({ where: rule.alert ?? rule.record ?? '', expr: parsed })),
      ),
    ),
  ];
}

/** What the texts of an alert ask Prometheus for. */
function askedByTexts({ annotations = {} }: Rule): readonly string[] {
  return Object.values(annotations).flatMap((text) =>
    [...text.matchAll(/printf `(.*?)` \$labels\.\w+ \| query/g)].map(([, expr = '']) => expr.replaceAll('%[1]q', '""')),
  );
}

function labelsOfVariables({ v1 }: Bundle, known: Known): readonly string[] {
  return v1.flatMap((dashboard) =>
    variablesOf(dashboard).flatMap((variable) => {
      const values = labelValuesOf(variable);
      if (values === undefined) return [];
      const parsed = interpolated(values.of, dashboard).flatMap(parsedOrNothing);
      return parsed.flatMap((expr) => {
        if (labelsOf(expr, known).has(values.label)) return [];
        return [`${dashboard.uid} / $${variable.name}: ${values.of} has no label ${values.label}`];
      });
    }),
  );
}

function faults(part: Expression, known: Known, installed: readonly string[]): readonly string[] {
  switch (part.kind) {
    case 'selector': {
      if (!known.has(part.name)) return [`there is no series ${part.name}`];
      const labels = labelsOfSeries(part, known);
      const strange = part.matchers.filter(({ label }) => !labels.has(label) && !installed.includes(label));
      return strange.map(({ label }) => `${part.name} has no label ${label}`);
    }
    case 'aggregation':
      return ofGrouping(part, known);
    case 'binary':
      return ofMatching(part, known);
    default:
      return [];
  }
}

/** A bucket is chosen by a bound that there is, in both spellings of it: `3` and `3.0`. */
function strangeBounds(part: Expression, bounds: readonly number[]): readonly string[] {
  if (part.kind !== 'selector') return [];
  return part.matchers
    .filter(({ label, operator }) => label === 'le' && operator.startsWith('='))
    .filter(({ operator, value }) => {
      const matches = (text: string): boolean =>
        operator === '=' ? text === value : new RegExp(`^(?:${value})$`).test(text);
      const spellings = bounds.map((bound) => (Number.isInteger(bound) ? [`${bound}`, `${bound}.0`] : [`${bound}`]));
      return ![...spellings, ['+Inf']].some((alike) => alike.every(matches));
    })
    .map(({ value }) => `no bucket has the bound ${value} in all its spellings`);
}

function ofGrouping({ grouping, labels, args }: Aggregation, known: Known): readonly string[] {
  const [last] = args.slice(-1);
  const inner = last === undefined ? new Set<string>() : labelsOf(last, known);
  return labels.filter((label) => !inner.has(label)).map((label) => `${grouping} (${label}): nothing has that label`);
}

function ofMatching({ operator, matching, left, right }: Binary, known: Known): readonly string[] {
  if (isScalar(left) || isScalar(right)) return [];
  const [ofLeft, ofRight] = [labelsOf(left, known), labelsOf(right, known)];
  if (matching === undefined) {
    // Without `on`, two series meet only if all their labels are the same; `or` takes both anyway.
    const same = ofLeft.size === ofRight.size && [...ofLeft].every((label) => ofRight.has(label));
    return same || operator === 'or'
      ? []
      : [`${[...ofLeft].join()} ${operator} ${[...ofRight].join()}: the sides never match`];
  }
  if (matching.by === 'ignoring') return [];
  return matching.labels
    .filter((label) => !ofLeft.has(label) || !ofRight.has(label))
    .map((label) => `on (${label}): not both sides have that label`);
}
