import { MASK } from '../config/secret.ts';
import { Refusal } from './connection.ts';
import { PgFields } from './pg-messages.ts';
import { printable } from './printable.ts';

const MAX_FIELDS = 32;

/** A server refused or could not do what it was asked for. */
export class PgServerError extends Refusal {
  /** Whether the server ends the connection with it. */
  readonly fatal: boolean;

  constructor(text: string, fatal: boolean) {
    super(text);
    this.fatal = fatal;
  }
}

/**
 * Reads an error message. Only its text and code are taken: detail, hint and context may have values of rows.
 *
 * @param told a secret that the server was told, and could repeat
 * @throws {PgProtocolError} if it is cut off
 */
export function readServerError(body: Buffer, told?: string): PgServerError {
  const fields = new PgFields(body);
  const found = new Map<string, string>();
  for (let n = 0; n < MAX_FIELDS; n++) {
    const type = fields.bytes(1).toString('latin1');
    if (type === '\0') break;
    found.set(type, fields.text());
  }
  const said = found.get('M') ?? 'the server gave no reason';
  const text = printable(told === undefined ? said : said.replaceAll(told, MASK));
  const code = found.get('C') ?? '';
  // S is in the server's language, V is not, and PgBouncer has S only.
  const severity = found.get('V') ?? found.get('S') ?? '';
  const message = /^[0-9A-Z]{5}$/.test(code) ? `${text} (SQLSTATE ${code})` : text;
  return new PgServerError(message, severity === 'FATAL' || severity === 'PANIC');
}
