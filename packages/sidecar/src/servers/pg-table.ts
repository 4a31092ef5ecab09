import { PgFields, PgProtocolError } from './pg-messages.ts';

// The longest answers are PgBouncer's: a row for each pool and each setting. The widest have some 30 columns.
const MAX_ROWS = 10_000;
const MAX_COLUMNS = 200;
const DESCRIPTION_AFTER_NAME = 18;
const NUMBER = /^-?\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,4})?$/i;

/** The rows that a statement gave, as text by the names of its columns. */
export class PgTable {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #width: number;
  readonly rows: PgRow[] = [];

  /** Reads a RowDescription. Of columns with the same name the first counts. @throws {PgProtocolError} */
  constructor(description: Buffer) {
    const fields = new PgFields(description);
    this.#width = fields.int16();
    if (this.#width < 0 || this.#width > MAX_COLUMNS) throw new PgProtocolError('a table has too many columns');
    const columns = new Map<string, number>();
    for (let i = 0; i < this.#width; i++) {
      const name = fields.text();
      fields.bytes(DESCRIPTION_AFTER_NAME);
      if (!columns.has(name)) columns.set(name, i);
    }
    this.#columns = columns;
  }

  /** Reads a DataRow. @throws {PgProtocolError} */
  add(row: Buffer): void {
    if (this.rows.length === MAX_ROWS) throw new PgProtocolError(`a table has more than ${MAX_ROWS} rows`);
    const fields = new PgFields(row);
    if (fields.int16() !== this.#width) throw new PgProtocolError('a row is not as wide as its table');
    const values: Array<string | undefined> = [];
    for (let i = 0; i < this.#width; i++) {
      const length = fields.int32();
      values.push(length === -1 ? undefined : fields.bytes(length).toString('utf8'));
    }
    this.rows.push(new PgRow(this.#columns, values));
  }
}

/** One row of a {@link PgTable}. */
export class PgRow {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #values: ReadonlyArray<string | undefined>;

  constructor(columns: ReadonlyMap<string, number>, values: ReadonlyArray<string | undefined>) {
    this.#columns = columns;
    this.#values = values;
  }

  /** The text in a column; undefined if it is NULL, or there is no such column: servers' versions differ in them. */
  text(column: string): string | undefined {
    const i = this.#columns.get(column);
    return i === undefined ? undefined : this.#values[i];
  }

  /**
   * The number in a column, as the nearest double.
   *
   * @throws {PgProtocolError} if it is something else, or not finite
   */
  number(column: string): number | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const value = NUMBER.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value)) throw new PgProtocolError(`column ${column} is no number`);
    return value;
  }
}
