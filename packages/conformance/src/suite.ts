import { reasonAgainst } from './case.ts';
import type { Case } from './case.ts';
import { SUBJECTS } from './cases.ts';
import type { Framework } from './framework.ts';
import { runCase } from './run-case.ts';

/** What became of a case on a framework; `detail` is the reason why it is impossible, or what failed. */
export interface Verdict {
  readonly verdict: 'passed' | 'failed' | 'impossible';
  readonly detail: string;
}

/** A case and its verdict on each framework, in the order of the frameworks. */
export interface Row {
  readonly name: string;
  readonly verdicts: readonly Verdict[];
}

/** The verdicts on the cases about one thing. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Runs every case on every framework, one after the other. */
export async function runSuite(frameworks: readonly Framework[]): Promise<Section[]> {
  const sections: Section[] = [];
  for (const { title, cases } of SUBJECTS) {
    const rows: Row[] = [];
    for (const one of cases) {
      const verdicts: Verdict[] = [];
      for (const framework of frameworks) verdicts.push(await judge(one, framework));
      rows.push({ name: one.name, verdicts });
    }
    sections.push({ title, rows });
  }
  return sections;
}

async function judge(one: Case, framework: Framework): Promise<Verdict> {
  const reason = reasonAgainst(one, framework);
  if (reason !== undefined) return { verdict: 'impossible', detail: reason };
  try {
    await runCase(one, framework);
    return { verdict: 'passed', detail: '' };
  } catch (error) {
    return { verdict: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
