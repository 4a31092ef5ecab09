import { absolutePath, parseAbsolutePath } from './absolute-path.ts';
import { FieldError } from './field-error.ts';
import { NO_CONTEXT } from './kind.ts';
import type { JsonSchema, Kind, ReadContext } from './kind.ts';
import { MASK, Secret } from './secret.ts';
import type { SecretSource } from './secret.ts';

/** Schema of a secret. */
export const SECRET_SCHEMA: JsonSchema = {
  anyOf: [
    { type: 'string', minLength: 1, not: { const: MASK } },
    {
      type: 'object',
      properties: { file: { ...absolutePath.schema, description: 'absolute path of a file that holds it' } },
      required: ['file'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { env: { type: 'string', pattern: '^[A-Z_][A-Z0-9_]*$', description: 'variable that holds it' } },
      required: ['env'],
      additionalProperties: false,
    },
  ],
};

/** A secret: text, `{ file: /run/secrets/x }` or `{ env: NAME }`. */
export const secret: Kind<Secret> = { parse: parseSecret, write: writeSecret, schema: SECRET_SCHEMA };

const FORMS = 'must be text, { file: /path } or { env: NAME }';

/**
 * Reads a secret and makes sure that it is there.
 *
 * @throws {Error} that says what is wrong, with the path of a file, and never shows a secret
 */
export function parseSecret(given: unknown, context: ReadContext = NO_CONTEXT): Secret {
  if (typeof given === 'string') return literal(given, context);
  if (typeof given === 'number' || typeof given === 'boolean') throw new Error('must be text: write it in quotes');
  if (!(given instanceof Map) || given.size !== 1) throw new Error(FORMS);
  if (given.has('file')) return inFile(given.get('file'));
  if (given.has('env')) return inVariable(given.get('env'), context);
  throw new Error(FORMS);
}

/** What a file would say to mean the secret. */
export function writeSecret({
  source,
}: {
  readonly source: SecretSource;
}): string | { readonly [key: string]: string } {
  return source === 'text' ? MASK : source;
}

function literal(text: string, { onMask }: ReadContext): Secret {
  if (text === '') throw new Error('must not be empty');
  if (text === MASK) {
    if (onMask === undefined) throw new Error(`is ${MASK}, which stands for a secret: write the secret itself`);
    onMask();
  }
  return Secret.of(text);
}

function inFile(given: unknown): Secret {
  try {
    const found = Secret.inFile(parseAbsolutePath(given));
    found.read();
    return found;
  } catch (error) {
    throw FieldError.at('file', error);
  }
}

function inVariable(name: unknown, { variable }: ReadContext): Secret {
  if (typeof name !== 'string' || !/^[A-Z_][A-Z0-9_]*$/.test(name)) {
    throw new FieldError('env', 'must be the name of a variable, in capitals');
  }
  const text = variable(name);
  // Not named: a secret could stand in the place of the name.
  if (text === undefined || text === '') throw new FieldError('env', 'names a variable that is not set');
  return Secret.inVariable(name, text);
}
