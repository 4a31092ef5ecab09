import type { SqlDialect } from './sql-scanner.ts';
import { summarizeSql } from './sql-summary.ts';
import type { QuerySummary } from './sql-summary.ts';

/** Texts that have come again. */
const CAPACITY = 1000;
/** Texts that have come once, of which is to be seen whether they come again. */
const NEW_CAPACITY = 500;
/** Longer texts are made for the occasion, with values in them, and would only be kept in vain. */
const MAX_LENGTH = 4096;

/**
 * Summaries of the texts that come again: those of an application are few. One that has values written into it comes once,
 * and so pushes out none but its like.
 */
export class SqlSummaries {
  readonly #dialect: SqlDialect;
  readonly #known = new Map<string, QuerySummary>();
  readonly #new = new Map<string, QuerySummary>();

  constructor(dialect: SqlDialect) {
    this.#dialect = dialect;
  }

  of(sql: string): QuerySummary {
    const known = this.#known.get(sql);
    if (known !== undefined) return known;
    if (sql.length > MAX_LENGTH) return summarizeSql(sql, this.#dialect);
    const again = this.#new.get(sql);
    if (again === undefined) {
      const summary = summarizeSql(sql, this.#dialect);
      if (this.#new.size >= NEW_CAPACITY) this.#new.clear();
      this.#new.set(sql, summary);
      return summary;
    }
    this.#new.delete(sql);
    if (this.#known.size >= CAPACITY) this.#forgetOldest();
    this.#known.set(sql, again);
    return again;
  }

  #forgetOldest(): void {
    for (const sql of this.#known.keys()) {
      this.#known.delete(sql);
      return;
    }
  }
}
