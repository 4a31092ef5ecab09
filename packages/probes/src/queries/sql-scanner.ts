/** How a database reads its quotes, backslashes and comments. */
export type SqlDialect = 'standard' | 'mysql';

/** What a piece of SQL is: `word` without quotes, `name` in quotes, `skipped` a literal, number or parameter. */
export type SqlTokenKind = 'word' | 'name' | 'symbol' | 'skipped' | 'end';

/** What is looked at: more than that takes longer than it tells. */
const MAX_LENGTH = 4096;

const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const DOLLAR = 0x24;
const QUOTE = 0x27;
const STAR = 0x2a;
const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;

const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;

// What a character is a part of, by its code; of all beyond them, a word.
const WORD_START = 1;
const DIGIT = 2;
const PARAMETER_START = 4;
const IN_WORD = 8;
const IN_NUMBER = 16;
const CLASSES = new Uint8Array(128);
for (let code = 0; code < CLASSES.length; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character)) CLASSES[code] = WORD_START | IN_WORD | IN_NUMBER;
  else if (/[0-9]/.test(character)) CLASSES[code] = DIGIT | IN_WORD | IN_NUMBER;
  else if (character === '$') CLASSES[code] = PARAMETER_START | IN_WORD;
  else if (/[:@?]/.test(character)) CLASSES[code] = PARAMETER_START;
  else if (character === '.') CLASSES[code] = IN_NUMBER;
}

function classOf(code: number): number {
  // NaN is beyond the end.
  return code < 128 ? CLASSES[code]! : code >= 128 ? WORD_START | IN_WORD : 0;
}

/** Reads SQL piece by piece; comments and space lie between the pieces. */
export class SqlScanner {
  kind: SqlTokenKind = 'end';
  /** The piece as it stands there, without its quotes where it is a name; empty where it is skipped. */
  text = '';
  readonly #sql: string;
  readonly #mysql: boolean;
  #at = 0;

  constructor(sql: string, dialect: SqlDialect) {
    this.#sql = sql.length > MAX_LENGTH ? sql.slice(0, MAX_LENGTH) : sql;
    this.#mysql = dialect === 'mysql';
  }

  /** Goes to the next piece, and says its kind. */
  next(): SqlTokenKind {
    this.#skipSpace();
    const start = this.#at;
    this.text = '';
    this.kind = this.#read();
    if (this.kind === 'word' || this.kind === 'symbol') this.text = this.#sql.slice(start, this.#at);
    else if (this.kind === 'name') this.text = this.#sql.slice(start + 1, this.#at - 1);
    return this.kind;
  }

  /** Whether the next piece begins with this character. */
  isBefore(character: string): boolean {
    this.#skipSpace();
    return this.#sql.charCodeAt(this.#at) === character.charCodeAt(0);
  }

  // By the characters' codes throughout: patterns, tried at each place, would take several times as long.
  #skipSpace(): void {
    for (;;) {
      const code = this.#sql.charCodeAt(this.#at);
      if (code <= SPACE) this.#at++;
      else if (code === SLASH ? !this.#skipBlockComment() : !this.#skipLineComment(code)) return;
    }
  }

  #skipLineComment(code: number): boolean {
    if (code !== DASH && code !== HASH) return false;
    if (!(code === HASH ? this.#mysql : this.#isDashComment())) return false;
    this.#at = this.#after('\n', this.#at);
    return true;
  }

  // In MySQL, 5--3 is a difference.
  #isDashComment(): boolean {
    if (this.#sql.charCodeAt(this.#at + 1) !== DASH) return false;
    return !this.#mysql || !(this.#sql.charCodeAt(this.#at + 2) > SPACE);
  }

  #read(): SqlTokenKind {
    const code = this.#sql.charCodeAt(this.#at);
    const kind = classOf(code);
    if ((kind & WORD_START) !== 0) {
      const start = this.#at;
      this.#skip(IN_WORD);
      return this.#skipPrefixed(start) ? 'skipped' : 'word';
    }
    if ((kind & DIGIT) !== 0) {
      this.#skip(IN_NUMBER);
      return 'skipped';
    }
    if ((kind & PARAMETER_START) !== 0) {
      if (code !== DOLLAR || this.#mysql || !this.#skipDollarQuoted()) this.#skipParameter();
      return 'skipped';
    }
    return this.#at >= this.#sql.length ? 'end' : this.#readQuotedOrSymbol(code);
  }

  #readQuotedOrSymbol(code: number): SqlTokenKind {
    switch (code) {
      case QUOTE:
        this.#skipQuoted("'", 'perhaps');
        return 'skipped';
      case DOUBLE_QUOTE:
        // A name in standard SQL, a string in MySQL.
        this.#skipQuoted('"', this.#mysql ? 'perhaps' : 'never');
        return this.#mysql ? 'skipped' : 'name';
      case BACKTICK:
        this.#skipQuoted('`', 'never');
        return 'name';
      default:
    }
    this.#at++;
    if (code !== DOT || (classOf(this.#sql.charCodeAt(this.#at)) & DIGIT) === 0) return 'symbol';
    this.#skip(IN_NUMBER);
    return 'skipped';
  }

  // E'…' has backslashes; N'…', X'…' and DATE'…' have not.
  #skipPrefixed(start: number): boolean {
    if (this.#mysql || this.#sql.charCodeAt(this.#at) !== QUOTE) return false;
    const prefix = this.#sql.slice(start, this.#at);
    this.#skipQuoted("'", prefix === 'E' || prefix === 'e' ? 'always' : 'perhaps');
    return true;
  }

  // What is not closed goes on to the end. A quote that is doubled is one of the text. Whether one behind a backslash is
  // may depend on a setting of the server (NO_BACKSLASH_ESCAPES, standard_conforming_strings): from there on nobody can
  // tell texts of the statement from values, and the rest is taken for one.
  #skipQuoted(quote: string, escapes: 'never' | 'perhaps' | 'always'): void {
    const sql = this.#sql;
    const code = quote.charCodeAt(0);
    let at = this.#at + 1;
    for (; at < sql.length; at++) {
      const next = sql.charCodeAt(at);
      if (next === BACKSLASH && escapes !== 'never') {
        at++;
        if (escapes === 'perhaps' && sql.charCodeAt(at) === code) at = sql.length;
      } else if (next === code && sql.charCodeAt(++at) !== code) break;
    }
    this.#at = Math.min(at, sql.length);
  }

  // They nest in PostgreSQL, and nowhere else.
  #skipBlockComment(): boolean {
    const sql = this.#sql;
    if (sql.charCodeAt(this.#at + 1) !== STAR) return false;
    let depth = 1;
    let at = this.#at + 2;
    while (depth > 0 && at < sql.length) {
      const code = sql.charCodeAt(at++);
      if (code === STAR && sql.charCodeAt(at) === SLASH) {
        depth--;
        at++;
      } else if (code === SLASH && sql.charCodeAt(at) === STAR && !this.#mysql) {
        depth++;
        at++;
      }
    }
    this.#at = at;
    return true;
  }

  #skipDollarQuoted(): boolean {
    DOLLAR_QUOTE.lastIndex = this.#at;
    const quote = DOLLAR_QUOTE.exec(this.#sql)?.[0];
    if (quote === undefined) return false;
    this.#at = this.#after(quote, this.#at + quote.length);
    return true;
  }

  #skipParameter(): void {
    while ((classOf(this.#sql.charCodeAt(this.#at)) & PARAMETER_START) !== 0) this.#at++;
    for (;;) {
      const code = this.#sql.charCodeAt(this.#at);
      if (code === DOLLAR || (code !== DOT && (classOf(code) & IN_WORD) === 0)) return;
      this.#at++;
    }
  }

  #skip(what: number): void {
    const sql = this.#sql;
    let at = this.#at + 1;
    while ((classOf(sql.charCodeAt(at)) & what) !== 0) at++;
    this.#at = at;
  }

  /** Where the next of these is over; the end if there is none. */
  #after(text: string, from: number): number {
    const found = this.#sql.indexOf(text, from);
    return found === -1 ? this.#sql.length : found + text.length;
  }
}
