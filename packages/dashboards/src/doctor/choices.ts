import { STRING, selectorsIn, withoutGrouping } from './selectors.ts';
import type { Selector } from './selectors.ts';

/** A part of an expression: what it selects by itself, and the parts within it. */
export interface Part {
  readonly selectors: readonly Selector[];
  /** Of the alternatives of each, which `or` joins, one is enough. */
  readonly choices: ReadonlyArray<readonly Part[]>;
}

const TOKEN = new RegExp(String.raw`${STRING}|\{(?:[^"}]|${STRING})*\}|[\w:]+|[^]`, 'g');

/** What an expression, its variables filled in, needs, and what it can do without as long as there is something else. */
export function partOf(expr: string): Part {
  return { selectors: [], choices: choicesIn((withoutGrouping(expr).match(TOKEN) ?? []).values()) };
}

/** What stands in parentheses: a choice for each argument. The caller's tokens go on behind it. */
function choicesIn(tokens: Iterator<string>): Part['choices'] {
  let alternatives: Part[] = [];
  const choices = [alternatives];
  let text = '';
  let inner: Array<readonly Part[]> = [];
  const endPart = (): void => {
    alternatives.push({ selectors: selectorsIn(text), choices: inner });
    text = '';
    inner = [];
  };
  for (;;) {
    const { value: token, done } = tokens.next();
    if (done === true || token === ')') break;
    if (token === '(') {
      inner.push(...choicesIn(tokens));
      // A name in front of it is one of a function.
      text += '()';
    } else if (token === ',') {
      endPart();
      alternatives = [];
      choices.push(alternatives);
    } else if (token === 'or') endPart();
    else text += token;
  }
  endPart();
  return choices;
}
