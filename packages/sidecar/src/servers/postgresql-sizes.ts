import { pgName } from './pg-name.ts';
import { PgServerError } from './pg-server-error.ts';
import type { PgSession } from './pg-session.ts';
import type { Points } from './points.ts';
import { MAX_DATABASES, SIZES } from './postgresql-queries.ts';

// The server looks at each file of each database for it.
const INTERVAL_MS = 60_000;
const METRIC = 'postgresql.db_size';

/** The sizes of databases, asked for once a minute at most: those told in between are at most so old. */
export class DatabaseSizes {
  readonly #clock: () => number;
  #sizes: ReadonlyMap<string, number | undefined> = new Map();
  #failure: string | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** @param clock monotonic milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Asks for them if it is time to. What the server refuses is kept to be told; @throws {Error} what ends the session */
  async refresh(session: Pick<PgSession, 'query'>): Promise<void> {
    if (this.#clock() - this.#askedAt < INTERVAL_MS) return;
    this.#sizes = new Map();
    this.#failure = undefined;
    try {
      const [table] = await session.query(SIZES);
      const rows = (table?.rows ?? []).slice(0, MAX_DATABASES);
      this.#sizes = new Map(rows.map((row) => [pgName(row, 'datname'), row.number('size')]));
    } catch (error) {
      if (!(error instanceof PgServerError)) throw error;
      this.#failure = error.message;
    }
    this.#askedAt = this.#clock();
  }

  /** Puts those of the databases that a look found to its points: others may be gone by now. */
  tell(databases: readonly string[], points: Points): void {
    const known = databases.filter((name) => this.#sizes.has(name));
    for (const name of known) points.add(METRIC, this.#sizes.get(name), { 'db.namespace': name });
    const hidden = known.filter((name) => this.#sizes.get(name) === undefined).length;
    if (this.#failure !== undefined) points.explain(this.#failure, METRIC);
    else if (hidden > 0) points.note(`${hidden} of them need CONNECT or the role pg_read_all_stats`, METRIC);
  }
}
