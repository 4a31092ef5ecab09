import { validateHeaderName, validateHeaderValue } from 'node:http';
import { FieldError } from './field-error.ts';
import type { Kind, ReadContext } from './kind.ts';
import type { Secret } from './secret.ts';
import { SECRET_SCHEMA, parseSecret, writeSecret } from './secret-kind.ts';

/** Headers by their names in lower case. */
export type ForwardHeaders = Readonly<Record<string, Secret>>;

// The sender's own: another value would break the request.
const OWN: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers for the requests to a backend: a mapping of names to secrets. */
export const forwardHeaders: Kind<ForwardHeaders> = {
  parse: parseForwardHeaders,
  write: (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, writeSecret(value)])),
  schema: {
    type: 'object',
    propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" },
    additionalProperties: SECRET_SCHEMA,
  },
};

/**
 * Reads headers for the requests to a backend: a mapping of names to secrets.
 *
 * @throws {Error} that says which header it is by its number: where name and value were exchanged, the name is the secret
 */
function parseForwardHeaders(given: unknown, context?: ReadContext): ForwardHeaders {
  if (!(given instanceof Map)) throw new Error('must be a mapping of names to text');
  const headers = Object.create(null) as Record<string, Secret>;
  let number = 0;
  for (const [name, value] of given as ReadonlyMap<unknown, unknown>) {
    number += 1;
    const header = String(name).toLowerCase();
    if (!accepted(() => validateHeaderName(header))) throw new Error('has a name that no header can have');
    if (OWN.has(header)) throw new Error(`has ${header}, which the sidecar sets itself`);
    if (header in headers) throw new Error(`has the name of header ${number} twice`);
    headers[header] = parseHeader(header, value, number, context);
  }
  return headers;
}

function parseHeader(header: string, given: unknown, number: number, context?: ReadContext): Secret {
  try {
    const secret = parseSecret(given, context);
    assertHeaderValue(header, secret.read());
    return secret;
  } catch (error) {
    if (error instanceof FieldError) throw new Error(`has header ${number}, whose ${error.message}`, { cause: error });
    throw new Error(`has header ${number}, which ${(error as Error).message}`, { cause: error });
  }
}

/** Makes sure that a value can be sent. @throws {Error} that does not show it */
export function assertHeaderValue(header: string, value: string): void {
  // Characters beyond Latin-1 are refused by Node.js, control characters by both.
  if (!accepted(() => validateHeaderValue(header, value))) throw new Error('holds a character that no header can have');
}

function accepted(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}
