import { validateHeaderName, validateHeaderValue } from 'node:http';

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

/**
 * Reads headers for the requests to a backend: a mapping of names to text.
 *
 * @returns headers by their names in lower case
 * @throws {Error} that names the header and never shows a value
 */
export function parseForwardHeaders(given: unknown): Readonly<Record<string, string>> {
  if (!(given instanceof Map)) throw new Error('headers must be a mapping of names to text');
  const headers = Object.create(null) as Record<string, string>;
  for (const [name, value] of given as ReadonlyMap<unknown, unknown>) {
    const header = String(name).toLowerCase();
    if (!accepted(() => validateHeaderName(header))) throw new Error('headers has a name that no header can have');
    if (OWN.has(header)) throw new Error(`headers has ${header}, which the sidecar sets itself`);
    if (header in headers) throw new Error(`headers has ${header} twice`);
    if (typeof value !== 'string') throw new Error(`headers.${header} must be text: write it in quotes`);
    if (!accepted(() => validateHeaderValue(header, value))) {
      throw new Error(`headers.${header} holds a character that no header can have`);
    }
    headers[header] = value;
  }
  return headers;
}

function accepted(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}
