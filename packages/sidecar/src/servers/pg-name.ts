import { PgProtocolError } from './pg-messages.ts';
import type { PgRow } from './pg-table.ts';

// PostgreSQL's own limit is 63 bytes, PgBouncer's 127.
const MAX_LENGTH = 256;

/**
 * A name in a column, fit for an attribute.
 *
 * @throws {PgProtocolError} if there is none, or it is longer than any name is
 */
export function pgName(row: PgRow, column: string): string {
  const name = row.text(column);
  if (name === undefined || name.length > MAX_LENGTH) throw new PgProtocolError(`column ${column} is no name`);
  return name;
}
