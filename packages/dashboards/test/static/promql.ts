import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';

/** One `label="value"` of a selector. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** `name{…}`, with range and offset in seconds where it has them. */
export interface Selector {
  readonly kind: 'selector';
  readonly name: string;
  readonly matchers: readonly Matcher[];
  readonly range?: number;
  readonly offset: number;
}

/** `expr[1h:1m]`, in seconds. */
export interface Subquery {
  readonly kind: 'subquery';
  readonly of: Expression;
  readonly range: number;
  readonly offset: number;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly name: string;
  readonly grouping: 'by' | 'without';
  readonly labels: readonly string[];
  readonly args: readonly Expression[];
}

/** How the two sides of an operator find each other. */
export interface Matching {
  readonly by: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly many?: 'left' | 'right';
  readonly include: readonly string[];
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly bool: boolean;
  readonly matching?: Matching;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Literal {
  readonly kind: 'number' | 'string';
  readonly text: string;
}

/** What a PromQL expression consists of; parentheses are gone. */
export type Expression = Selector | Subquery | Call | Aggregation | Binary | Literal;

/**
 * Reads PromQL, by the grammar of Prometheus' own web interface.
 *
 * @throws {Error} if it is none, with the place of the fault
 */
export function parse(text: string): Expression {
  const tree = parser.parse(text);
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
    },
  });
  const [only] = children(tree.topNode);
  if (only === undefined) throw new Error(`no PromQL: ${text}`);
  return expression(only, text);
}

/** The expression and all that it consists of. */
export function* within(of: Expression): Generator<Expression> {
  yield of;
  for (const part of parts(of)) yield* within(part);
}

/** What an expression is made of, one level down. */
export function parts(of: Expression): readonly Expression[] {
  switch (of.kind) {
    case 'subquery':
      return [of.of];
    case 'call':
    case 'aggregation':
      return of.args;
    case 'binary':
      return [of.left, of.right];
    default:
      return [];
  }
}

/** The selectors in an expression. */
export function selectors(of: Expression): readonly Selector[] {
  return [...within(of)].filter((part) => part.kind === 'selector');
}

/** Seconds of a duration such as `1h30m`; NaN for what is none. */
export function seconds(text: string): number {
  const units: Readonly<Record<string, number>> = {
    ms: 0.001,
    s: 1,
    m: 60,
    h: 3_600,
    d: 86_400,
    w: 604_800,
    y: 31_536_000,
  };
  const all = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (all.map(([whole]) => whole).join('') !== text) return Number.NaN;
  return all.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? Number.NaN), 0);
}

function expression(node: SyntaxNode, text: string): Expression {
  const inside = children(node);
  const [first] = inside;
  switch (node.name) {
    case 'ParenExpr':
    case 'StepInvariantExpr':
      return expression(some(first), text);
    case 'UnaryExpr':
      return expression(some(inside.at(-1)), text);
    case 'NumberDurationLiteral':
      return { kind: 'number', text: slice(node, text) };
    case 'StringLiteral':
      return { kind: 'string', text: unquoted(node, text) };
    case 'VectorSelector':
      return selector(node, text);
    case 'MatrixSelector':
      return { ...selector(some(first), text), range: duration(inside, 'DurationExpr', text) };
    case 'OffsetExpr':
      return offset(expression(some(first), text), duration(inside, 'OffsetDurationExpr', text));
    case 'SubqueryExpr':
      return {
        kind: 'subquery',
        of: expression(some(first), text),
        range: duration(inside, 'DurationExpr', text),
        offset: 0,
      };
    case 'FunctionCall':
      return { kind: 'call', name: slice(some(first), text), args: args(inside, text) };
    case 'AggregateExpr':
      return aggregation(inside, text);
    case 'BinaryExpr':
      return binary(inside, text);
    default:
      throw new Error(`${node.name} is not expected in ${text}`);
  }
}

function selector(node: SyntaxNode, text: string): Selector {
  const inside = children(node);
  const name = inside.find((child) => child.name === 'Identifier');
  const matchers = inside
    .filter((child) => child.name === 'LabelMatchers')
    .flatMap(children)
    .map((matcher) => {
      const [label, operator, value] = children(matcher);
      return {
        label: slice(some(label), text),
        operator: slice(some(operator), text),
        value: unquoted(some(value), text),
      };
    });
  return { kind: 'selector', name: name === undefined ? '' : slice(name, text), matchers, offset: 0 };
}

function offset(of: Expression, by: number): Expression {
  if (of.kind !== 'selector' && of.kind !== 'subquery') throw new Error('only selectors have an offset');
  return { ...of, offset: by };
}

function aggregation(inside: readonly SyntaxNode[], text: string): Aggregation {
  const modifier = inside.find((child) => child.name === 'AggregateModifier');
  const [how, labels] = modifier === undefined ? [] : children(modifier);
  return {
    kind: 'aggregation',
    name: slice(some(inside[0]), text),
    grouping: how?.name === 'Without' ? 'without' : 'by',
    labels: labels === undefined ? [] : children(labels).map((label) => slice(label, text)),
    args: args(inside, text),
  };
}

function binary(inside: readonly SyntaxNode[], text: string): Binary {
  const [left, right] = [some(inside[0]), some(inside.at(-1))];
  const between = inside.slice(1, -1);
  const clause = between.find((child) => child.name === 'MatchingModifierClause');
  return {
    kind: 'binary',
    operator: slice(some(between[0]), text),
    bool: between.some((child) => child.name === 'BoolModifier'),
    ...(clause !== undefined && { matching: matching(children(clause), text) }),
    left: expression(left, text),
    right: expression(right, text),
  };
}

function matching(inside: readonly SyntaxNode[], text: string): Matching {
  const [how, labels, group, include] = inside;
  const names = (node: SyntaxNode | undefined): readonly string[] =>
    node === undefined ? [] : children(node).map((label) => slice(label, text));
  return {
    by: how?.name === 'On' ? 'on' : 'ignoring',
    labels: names(labels),
    ...(group !== undefined && { many: group.name === 'GroupLeft' ? 'left' : 'right' }),
    include: names(include),
  };
}

function args(inside: readonly SyntaxNode[], text: string): readonly Expression[] {
  const body = inside.find((child) => child.name === 'FunctionCallBody');
  return body === undefined ? [] : children(body).map((child) => expression(child, text));
}

function duration(inside: readonly SyntaxNode[], name: string, text: string): number {
  const node = inside.find((child) => child.name === name);
  return seconds(slice(some(node), text));
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) all.push(child);
  return all;
}

function slice({ from, to }: SyntaxNode, text: string): string {
  return text.slice(from, to);
}

function unquoted(node: SyntaxNode, text: string): string {
  return slice(node, text).slice(1, -1);
}

function some(node: SyntaxNode | undefined): SyntaxNode {
  if (node === undefined) throw new Error('the grammar has changed');
  return node;
}
