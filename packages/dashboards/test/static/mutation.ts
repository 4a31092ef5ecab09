import type {
  Dashboard as DashboardV1,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { isRow, panelsOf, targetsOf, variablesOf } from './bundle.ts';
import type { Bundle, Rule } from './bundle.ts';
import type { CheckName } from './checks.ts';

/** A fault that somebody might make, and the check that finds it. */
export interface Mutation {
  readonly name: string;
  readonly spoil: (bundle: Bundle) => void;
  readonly found: CheckName;
}

/** The first thing that is asked for; a mutation that finds nothing to spoil would prove nothing. */
export function first<T>(all: readonly T[], accept: (one: T) => boolean = () => true): T {
  const found = all.find(accept);
  if (found === undefined) throw new Error('nothing to spoil');
  return found;
}

export function dashboard({ v1 }: Bundle, uid = 'outrider-api'): DashboardV1 {
  return first(v1, (one) => one.uid === uid);
}

/** The first panel of all dashboards that is like this. */
export function panel({ v1 }: Bundle, accept: (panel: Panel) => boolean): Panel {
  return first(v1.flatMap(panelsOf), accept);
}

/** The first panel of a kind. */
export function ofType(bundle: Bundle, type: string): Panel {
  return panel(bundle, (one) => one.type === type);
}

export function row({ v1 }: Bundle): RowPanel {
  return first(v1.flatMap(({ panels = [] }) => panels).filter(isRow));
}

/** The first query whose expression is like this. */
export function query({ v1 }: Bundle, like: RegExp): Dataquery {
  return first(v1.flatMap(panelsOf).flatMap(targetsOf), ({ expr }) => like.test(expr));
}

/** Rewrites the first expression that has it. */
export function rewrite(bundle: Bundle, like: RegExp, by: string): void {
  const found = query(bundle, like);
  found.expr = found.expr.replace(like, by);
}

export function variable(bundle: Bundle, name: string): VariableModel {
  return first(bundle.v1.flatMap(variablesOf), (one) => one.name === name);
}

export function rule({ groups }: Bundle, name: string): Rule {
  return first(
    groups.flatMap(({ rules }) => rules),
    ({ alert, record }) => alert === name || record === name,
  );
}

/** Any value as an object that can be spoilt. */
export function open(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('nothing to spoil');
  return value as Record<string, unknown>;
}

/** Gives a property another name. */
export function misspell(value: unknown, name: string): void {
  const object = open(value);
  if (!(name in object)) throw new Error(`there is no ${name} to misspell`);
  object[`${name}z`] = object[name];
  delete object[name];
}
