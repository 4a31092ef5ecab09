import { SqlScanner } from './sql-scanner.ts';
import type { SqlDialect, SqlTokenKind } from './sql-scanner.ts';

/** What a query does and to what, without any value. */
export interface QuerySummary {
  /** Operations and targets in their order, such as `SELECT users orders`: `db.query.summary`. */
  readonly summary: string;
  /** The first operation: `db.operation.name`. */
  readonly operation: string;
}

/** What is said of a text that begins like no SQL that is known. */
export const OTHER = '_OTHER';

/** The summary of what cannot be summarised. */
export const OTHER_QUERY: QuerySummary = { summary: OTHER, operation: OTHER };

const MAX_LENGTH = 255;

// Statements that are read on for their tables, wherever they stand.
const QUERIES = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE', 'EXPLAIN']);
// Those of which a table comes next; an UPDATE and a DELETE may have several.
const TARGETED = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE']);
const LISTED = new Set(['UPDATE', 'DELETE']);
// Those that name one thing, and are of no interest beyond it.
const NAMED = words(
  'CREATE ALTER DROP TRUNCATE REFRESH REINDEX CLUSTER COPY CALL EXEC EXECUTE VACUUM ANALYZE LOCK DESCRIBE OPTIMIZE',
);
// Those of which nothing else is told: what follows may be a value.
const BARE = words(
  'BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE START ABORT END SET RESET SHOW USE LISTEN UNLISTEN NOTIFY DISCARD PREPARE ' +
    'DEALLOCATE DECLARE FETCH MOVE CLOSE GRANT REVOKE COMMENT CHECKPOINT DO VALUES KILL FLUSH PRAGMA ATTACH DETACH ' +
    'UNLOCK LOAD HANDLER RENAME XA PURGE',
);

// The kind of what is named is told too: CREATE TABLE users.
const KINDS = words('TABLE VIEW INDEX SEQUENCE FUNCTION PROCEDURE TRIGGER SCHEMA TYPE');
// What stands between an operation and its target.
const MODIFIERS = words(
  'INTO FROM ON ONLY LATERAL LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK IGNORE IF NOT EXISTS OR CONCURRENTLY TEMP ' +
    'TEMPORARY UNLOGGED UNIQUE MATERIALIZED RECURSIVE VERBOSE REPLACE ABORT FAIL ROLLBACK GLOBAL LOCAL FOREIGN',
);
const ENDS_OF_LIST = words(
  'WHERE GROUP ORDER HAVING LIMIT OFFSET FETCH FOR UNION INTERSECT EXCEPT SET VALUES RETURNING WINDOW WHEN DEFAULT',
);
// A query may follow these. FOR UPDATE, ON DELETE and DO UPDATE are parts of others.
const BEFORE_QUERY = new Set(['', '(', ')', ';', 'EXPLAIN', 'ANALYZE', 'VERBOSE', 'EXTENDED']);

const KEYWORDS: ReadonlySet<string> = new Set([
  ...[QUERIES, NAMED, BARE, KINDS, MODIFIERS, ENDS_OF_LIST, BEFORE_QUERY].flatMap((set) => [...set]),
  ...words('FROM JOIN STRAIGHT_JOIN USING DISTINCT'),
]);
const LONGEST_KEYWORD = Math.max(...Array.from(KEYWORDS, ({ length }) => length));
const MAX_WORDS = 2000;

// An application writes few words: to put each of them in capitals once saves a quarter of the time.
const keywords = new Map<string, string>();

/** The word in capitals; empty for one of no meaning, such as a name. */
function keywordOf(word: string): string {
  if (word.length > LONGEST_KEYWORD) return '';
  let keyword = keywords.get(word);
  if (keyword === undefined) {
    const capitals = word.toUpperCase();
    keyword = KEYWORDS.has(capitals) ? capitals : '';
    if (keywords.size < MAX_WORDS) keywords.set(word, keyword);
  }
  return keyword;
}

// Letters, digits and what names are made of: whatever else is in quotes is no name that anybody would look for.
const NAME = /^[\p{L}\p{N}_$ .-]{1,128}$/u;

/** What is open between two parentheses. */
interface Scope {
  /** Whether a statement is there, and not the arguments of a function. */
  statement: boolean;
  /** Whether tables are listed there, with commas between. */
  list: boolean;
  /** Whether a table comes next. */
  expected: boolean;
}

/**
 * Summarises SQL as the semantic conventions ask for: one pass over the first 4 KB, without comments, literals and
 * numbers. https://opentelemetry.io/docs/specs/semconv/db/database-spans/#generating-a-summary-of-the-query
 *
 * It is no parser: it knows where a name of a table stands, and leaves out what stands anywhere else.
 *
 * @example
 * summarizeSql("INSERT INTO shipping SELECT * FROM orders WHERE note = 'x'").summary // 'INSERT shipping SELECT orders'
 */
export function summarizeSql(sql: string, dialect: SqlDialect = 'standard'): QuerySummary {
  return new Summarizer(sql, dialect).summarize();
}

class Summarizer {
  readonly #scanner: SqlScanner;
  #summary = '';
  #full = false;
  #operation: string | undefined;
  readonly #outer: Scope[] = [];
  #scope = newScope(true, false);
  /** The keyword, in capitals, or the symbol before; `_OTHER` for anything else, and nothing at the beginning. */
  #before = '';
  /** Whether nothing of the statement is of interest any more but a target that comes next. */
  #over = false;

  constructor(sql: string, dialect: SqlDialect) {
    this.#scanner = new SqlScanner(sql, dialect);
  }

  summarize(): QuerySummary {
    while (this.#scanner.next() !== 'end') {
      const { kind, text } = this.#scanner;
      this.#before = this.#readPiece(kind, text) || OTHER;
    }
    return this.#operation === undefined ? OTHER_QUERY : { summary: this.#summary, operation: this.#operation };
  }

  #readPiece(kind: SqlTokenKind, text: string): string {
    if (kind === 'symbol') {
      this.#readSymbol(text);
      return text;
    }
    if (kind === 'word') {
      const word = keywordOf(text);
      this.#readWord(text, word);
      return word;
    }
    if (kind === 'name' && this.#scope.expected) this.#readTarget(text);
    else this.#scope.expected = false;
    return '';
  }

  #readSymbol(symbol: string): void {
    const inside = this.#scope.expected && !this.#over;
    this.#scope.expected = symbol === ',' && this.#scope.list;
    if (symbol === '(') {
      this.#outer.push(this.#scope);
      // Between FROM and a table there may be parentheses, around joined tables or a query.
      this.#scope = newScope(inside, inside);
    } else if (symbol === ')') {
      this.#scope = this.#outer.pop() ?? newScope(true, false);
    } else if (symbol === ';') {
      this.#outer.length = 0;
      this.#scope = newScope(true, false);
      this.#over = false;
    }
  }

  #readWord(text: string, word: string): void {
    const scope = this.#scope;
    if (word === '') {
      if (scope.expected) this.#readTarget(text);
    } else if (this.#isOperation(word)) this.#readOperation(word);
    else if (scope.expected && !ENDS_OF_LIST.has(word)) {
      if (KINDS.has(word)) this.#add(word);
      else if (!MODIFIERS.has(word)) this.#readTarget(text);
    } else {
      scope.expected = false;
      if (scope.statement && !this.#over) this.#readClause(word);
    }
  }

  #isOperation(word: string): boolean {
    if (this.#over) return false;
    if (word === 'SELECT') return true;
    if (QUERIES.has(word)) return BEFORE_QUERY.has(this.#before) && !this.#isCall(word);
    return (this.#before === '' || this.#before === ';') && (NAMED.has(word) || BARE.has(word));
  }

  // MySQL has functions of these names.
  #isCall(word: string): boolean {
    return (word === 'REPLACE' || word === 'INSERT') && this.#scanner.isBefore('(');
  }

  #readOperation(operation: string): void {
    this.#operation ??= operation;
    this.#add(operation);
    this.#over = !QUERIES.has(operation);
    this.#scope.statement = true;
    this.#scope.list = LISTED.has(operation);
    this.#scope.expected = TARGETED.has(operation) || NAMED.has(operation);
  }

  #readClause(word: string): void {
    const scope = this.#scope;
    if (word === 'FROM') {
      scope.list = scope.expected = this.#before !== 'DISTINCT';
    } else if (word === 'JOIN' || word === 'STRAIGHT_JOIN') {
      scope.expected = true;
    } else if (word === 'USING') {
      // Of a MERGE or DELETE; with parentheses, the columns of a join.
      scope.expected = !this.#scanner.isBefore('(');
    } else if (ENDS_OF_LIST.has(word)) {
      scope.list = false;
    }
  }

  #readTarget(first: string): void {
    const scanner = this.#scanner;
    let target = first;
    while (scanner.isBefore('.')) {
      scanner.next();
      const kind = scanner.next();
      if (kind !== 'word' && kind !== 'name') break;
      target += `.${scanner.text}`;
    }
    this.#scope.expected = false;
    // What is called in a list of tables is a function.
    if (!(this.#scope.list && scanner.isBefore('(')) && NAME.test(target)) this.#add(target);
  }

  #add(part: string): void {
    const longer = this.#summary === '' ? part : `${this.#summary} ${part}`;
    // What is left out in the middle would make another query of it: it ends there.
    this.#full ||= longer.length > MAX_LENGTH;
    if (!this.#full) this.#summary = longer;
  }
}

function newScope(statement: boolean, expected: boolean): Scope {
  return { statement, list: expected, expected };
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
