import type { Section, Verdict } from './suite.ts';

/** One table of text: a heading and its rows. */
export interface Table {
  readonly title: string;
  readonly rows: ReadonlyArray<readonly string[]>;
}

/** A run of the suite, as text in cells. */
export interface Matrix {
  readonly tables: readonly Table[];
  /** Why a case cannot exist, by its number in the tables. */
  readonly reasons: readonly string[];
  readonly failures: readonly string[];
}

/** What a run comes to: ✓ passed, ✗ failed, – impossible, with the number of the reason. */
export function matrixOf(names: readonly string[], sections: readonly Section[]): Matrix {
  const reasons: string[] = [];
  const failures: string[] = [];
  const tables = sections.map(({ title, rows }) => ({
    title,
    rows: rows.map(({ name, verdicts }) => [
      name,
      ...verdicts.map(({ verdict, detail }, at) => {
        if (verdict === 'passed') return '✓';
        if (verdict === 'impossible') return `–${numberOf(reasons, detail)}`;
        failures.push(`${names[at]}: ${name}: ${detail}`);
        return '✗';
      }),
    ]),
  }));
  return { tables: [...tables, totals(names, sections)], reasons, failures };
}

function totals(names: readonly string[], sections: readonly Section[]): Table {
  const verdicts = sections.flatMap(({ rows }) => rows.map((row) => row.verdicts));
  const count = (at: number, verdict: Verdict['verdict']): string =>
    String(verdicts.filter((row) => row[at]?.verdict === verdict).length);
  return {
    title: 'Totals',
    rows: (['passed', 'failed', 'impossible'] as const).map((verdict) => [
      verdict,
      ...names.map((_, at) => count(at, verdict)),
    ]),
  };
}

function numberOf(reasons: string[], reason: string): number {
  const known = reasons.indexOf(reason);
  return known === -1 ? reasons.push(reason) : known + 1;
}
