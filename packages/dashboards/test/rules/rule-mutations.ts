/** An expression and how long it must hold, as a rule has them. */
export interface Condition {
  readonly expr: string;
  readonly for: string;
  readonly keepFiringFor?: string;
}

/** A fault that somebody might make in a rule. */
export interface RuleMutation extends Condition {
  /** What is changed, and into what. */
  readonly name: string;
}

/** How far a number is moved that something is compared with: a few per cent. */
const FURTHER = 1.03;

/** What 0 is moved to: increases are extrapolated by up to a quarter, so that less than 2 says nothing. */
const INSTEAD_OF_NOTHING = ['2', '-1'];

/** Letters before a place that tell it from others. */
const CONTEXT = 30;

const COMPARED = /(?:[<>]=?|==) (\d+(?:\.\d+)?)(?![\d.]*[a-z])/g;
const WINDOW = /\[(\d+)([smhd])/g;
const CHOICE = /=~"([\w|]+\|[\w|]+)"/g;
const GUARD = / (?:and|or|unless)(?: on \([^)]*\))? /g;

/**
 * Every small fault of a rule: each number that something is compared with a little higher and lower, each window twice
 * and half as long, each waiting time a minute more and less, each of the operands of `and`, `or` and `unless` left out
 * that come second, each of the values left out that a label may have.
 */
export function ruleMutations(rule: Condition): readonly RuleMutation[] {
  return [...moved(rule), ...stretched(rule), ...unguarded(rule), ...narrowed(rule), ...waiting(rule)];
}

function moved(rule: Condition): RuleMutation[] {
  const all = [...rule.expr.matchAll(COMPARED)];
  // A threshold that is there several times is one in the sources.
  const thresholds = new Map(all.filter(([, number]) => Number(number) !== 0).map((match) => [match[0], match]));
  const nothings = all.filter(([, number]) => Number(number) === 0);
  return [
    ...[...thresholds.values()].flatMap(({ 0: whole, 1: number = '' }) =>
      [Number(number) * FURTHER, Number(number) / FURTHER].map((other) => {
        const instead = whole.slice(0, -number.length) + String(other);
        return {
          ...rule,
          name: `${whole} -> ${Number(other.toPrecision(4))}`,
          expr: rule.expr.replaceAll(new RegExp(`${whole}(?![\\d.])`, 'g'), instead),
        };
      }),
    ),
    ...distinct(
      nothings.flatMap(({ 0: whole, index }) =>
        INSTEAD_OF_NOTHING.map((other) => ({
          ...rule,
          name: `${around(rule.expr, index)}${whole} -> ${other}`,
          expr: everywhere(rule.expr, index, whole, whole.slice(0, -1) + other),
        })),
      ),
    ),
  ];
}

function stretched(rule: Condition): RuleMutation[] {
  const all = [...rule.expr.matchAll(WINDOW)].flatMap((match) => {
    const [whole, count = '', unit = ''] = match;
    const seconds = Number(count) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
    return [seconds * 2, seconds / 2].map((other) => ({
      ...rule,
      name: `${around(rule.expr, match.index)}${whole}] -> ${other}s`,
      expr: everywhere(rule.expr, match.index, whole, `[${other}s`),
    }));
  });
  return distinct(all);
}

function unguarded(rule: Condition): RuleMutation[] {
  const all = [...rule.expr.matchAll(GUARD)].map(({ 0: operator, index }) => {
    const end = endOfOperand(rule.expr, index + operator.length, operator.trim().split(' ')[0] ?? '');
    const operand = rule.expr.slice(index, end);
    const name = `without${shortened(operand, 60)}${operand.slice(-12)} behind ${around(rule.expr, index)}`;
    return { ...rule, name, expr: rule.expr.replaceAll(operand, '') };
  });
  return distinct(all);
}

function narrowed(rule: Condition): RuleMutation[] {
  return [...rule.expr.matchAll(CHOICE)].flatMap(({ 0: whole, 1: choice = '', index }) => {
    const values = choice.split('|');
    return values.map((value) => {
      const others = `=~"${values.filter((other) => other !== value).join('|')}"`;
      return {
        ...rule,
        name: `${around(rule.expr, index)}${whole} -> ${others}`,
        expr: replaced(rule.expr, index, whole.length, others),
      };
    });
  });
}

function waiting(rule: Condition): RuleMutation[] {
  const other = (time: string, by: number): string | undefined => {
    const minutes = minutesOf(time) + by;
    return minutes < 0 ? undefined : `${minutes}m`;
  };
  return [1, -1].flatMap((by) => {
    const pending = other(rule.for, by);
    const keeps = rule.keepFiringFor === undefined ? undefined : other(rule.keepFiringFor, by);
    return [
      ...(pending === undefined ? [] : [{ ...rule, name: `for ${rule.for} -> ${pending}`, for: pending }]),
      ...(keeps === undefined
        ? []
        : [{ ...rule, name: `keep_firing_for ${rule.keepFiringFor} -> ${keeps}`, keepFiringFor: keeps }]),
    ];
  });
}

function minutesOf(time: string): number {
  return Number.parseInt(time, 10) * (time.endsWith('h') ? 60 : 1);
}

/** Where the operand that begins at a place ends: at an operator that binds no stronger, or a bracket that it is within. */
function endOfOperand(expr: string, from: number, operator: string): number {
  const weaker = operator === 'or' ? / or / : / (?:and|or|unless) /;
  let depth = 0;
  for (let at = from; at < expr.length; at += 1) {
    if (expr[at] === '(') depth += 1;
    if (expr[at] === ')' && (depth -= 1) < 0) return at;
    if (depth === 0 && expr.slice(at).search(weaker) === 0) return at;
  }
  return expr.length;
}

/** Replaces something in all places that read like one of them: they are one in the sources. */
function everywhere(text: string, at: number, whole: string, by: string): string {
  const before = text.slice(Math.max(0, at - CONTEXT), at);
  return text.replaceAll(before + whole, () => before + by);
}

function distinct(mutations: readonly RuleMutation[]): RuleMutation[] {
  return [...new Map(mutations.toReversed().map((mutation) => [mutation.expr, mutation])).values()].toReversed();
}

function replaced(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

/** A few of the letters before a place, by which a reader finds it. */
function around(expr: string, at: number): string {
  return `…${expr.slice(Math.max(0, at - CONTEXT), at)}`;
}

function shortened(text: string, most = 12): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
