import { plantedSecrets } from './full-config.ts';

/** A file that was spoilt. */
export interface Mutation {
  readonly name: string;
  readonly content: string | Buffer;
  /** Whether a secret came to where something else belongs, which may then be shown: the name of an instance. */
  readonly movesSecrets: boolean;
}

/** Whole numbers below a limit, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;
type Spoil = (lines: string[], random: Random) => string | Buffer;

const VALUES = [
  '7', '-1', '1e999', '99999999999999999999999', '0x10', '.nan', '.inf', 'true', 'null', '~', '""', "''", '[]', '{}',
  '[a, [b]]', '{a: {b: c}}', '2026-01-01', '"\\u0000"', '"\\uD800"', '"a\\nb"', '😀', 'ä'.repeat(300), '|\n  text', '!!binary aGk=',
  '!foo bar', '!!set {a, b}', '&x [*x, *x]', '*nowhere', '"unclosed', '@at', '`tick', '%', '- a', '? a', 'a: b: c', '\u0001', '\t',
  '__proto__', '{__proto__: {a: 1}}', 'redis://h?x=y', 'http://[', 'https://u:p@', '${HOME}', '<secret>', '{file: /nowhere/at/all}',
  '{file: /dev/zero}', '{env: NOT_SET}', '{env: 7}', '{file: /x, env: Y}', '{flie: /x}',
]; // prettier-ignore
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '<<',
  '? [a, b]',
  '[a]',
  '{a: b}',
  '7',
  'null',
  '"a\\nb"',
  '""',
  'ключ',
  '😀',
];

const pick = <Item>(items: readonly Item[], random: Random): Item => items[random(items.length)] as Item;
const indentOf = (text: string): string => /^ */.exec(text)?.[0] ?? '';

/** Applies a change to one line that is no comment. */
function line(change: (text: string, random: Random) => string): Spoil {
  return (lines, random) => {
    const at = 1 + random(lines.length - 1);
    return lines.toSpliced(at, 1, change(lines[at] ?? '', random)).join('\n');
  };
}

/** Replaces the value of a line that has one. */
function value(other: (random: Random) => string): Spoil {
  return (lines, random) => {
    const candidates = lines.flatMap((text, index) => (/: \S|^ *- \S/.test(text) && index > 0 ? [index] : []));
    const at = pick(candidates, random);
    return lines
      .toSpliced(
        at,
        1,
        (lines[at] ?? '').replace(/(: |- )\S.*$/, (_, mark: string) => mark + other(random)),
      )
      .join('\n');
  };
}

// A secret user of a backend may become the user of a watched server, which is shown.
const EXCHANGED = 'two lines exchanged';

const spoils: Readonly<Record<string, Spoil>> = {
  'a line is gone': (lines, random) => lines.toSpliced(1 + random(lines.length - 1), 1).join('\n'),
  'a line is there twice': line((text) => `${text}\n${text}`),
  'a line is indented': line((text, random) => ' '.repeat(1 + random(5)) + text),
  'a line is not indented': line((text) => text.trimStart()),
  'a tab indents': line((text) => `\t${text}`),
  'the end is missing': (lines, random) => {
    const text = lines.join('\n');
    const rest = text.slice(0, random(text.length));
    // A URL that ends within its credentials names a user or a password in the place of its host, and nobody can tell.
    return rest.replace(/(?<=:\/\/)[^\s@]*$/, '');
  },
  'another value': value((random) => pick(VALUES, random)),
  'another value again': value((random) => pick(VALUES, random)),
  'another key': line((text, random) => text.replace(/[^ -][^:]*(?=:)/, () => pick(KEYS, random))),
  'one key more': line((text, random) => `${text}\n${indentOf(text)}${pick(KEYS, random)}: ${pick(VALUES, random)}`),
  'a misspelt key': line((text, random) =>
    text.replace(/\w+(?=:)/, (key) => {
      const at = random(key.length);
      return random(2) === 0
        ? key.slice(0, at) + key.slice(at + 1)
        : `${key.slice(0, at)}${key.slice(at).toUpperCase()}x`;
    }),
  ),
  'a character is gone': line((text, random) => {
    const at = random(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1);
  }),
  'a character more': line((text, random) => {
    const at = random(text.length + 1);
    return `${text.slice(0, at)}${pick(['"', "'", '{', '}', '[', ']', ':', '#', '&', '*', '!', '%', '\u0000', '\u001b', '\u2028', '\ufeff'], random)}${text.slice(at)}`;
  }),
  [EXCHANGED]: (lines, random) => {
    const [a, b] = [1 + random(lines.length - 1), 1 + random(lines.length - 1)];
    return lines
      .with(a, lines[b] ?? '')
      .with(b, lines[a] ?? '')
      .join('\n');
  },
  'no UTF-8': (lines, random) => {
    const bytes = Buffer.from(lines.join('\n'));
    bytes[random(bytes.length)] = 0xff;
    return bytes;
  },
  'a mark at the beginning': (lines) => `\ufeff${lines.join('\n')}`,
  'two documents': line((text) => `${text}\n---\n`),
  'an alias bomb': (lines, random) => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 9; at += 1) {
      const [before, name] = ['abcdefghi'[at - 1], 'abcdefghi'[at]];
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
    }
    return random(2) === 0 ? [...bomb, ...lines].join('\n') : [...lines, ...bomb].join('\n');
  },
  'it nests deep': (lines, random) => `${lines.join('\n')}x: ${pick(['[', '{a: ', '- '], random).repeat(1_000)}`,
  'it is long': (lines, random) => {
    const more = pick(['#', 'x', '\n', 'a: b\n'], random);
    // Beyond the limit, which is seen at once, or below it.
    return `${lines.join('\n')}\n${more.repeat(random(2) === 0 ? 2 ** 18 : 5_000)}`;
  },
};

// Where a colon is forgotten, or an indentation, a secret is suddenly something else.
const secretSpoils: Readonly<Record<string, Spoil>> = {
  'a secret as another value': value((random) => pick(plantedSecrets, random)),
  'a secret in a list': value((random) => `[${pick(plantedSecrets, random)}]`),
  'a secret in a mapping': value((random) => `{${pick(plantedSecrets, random)}: ${pick(plantedSecrets, random)}}`),
  'a secret as a path': value((random) => `{file: ${pick(plantedSecrets, random)}}`),
  'a secret as a variable': value((random) => `{env: ${pick(plantedSecrets, random)}}`),
  'a secret as an alias': value((random) => `*${pick(plantedSecrets, random)}`),
  'a secret as a tag': value((random) => `!${pick(plantedSecrets, random)} x`),
  'a secret in a URL': value((random) =>
    pick(
      [
        'redis://u:1/$@h',
        'http://u:1?$@h',
        'postgres://u:$@h:99999',
        'ht!tp://u:$@h',
        '$://u@h',
        'redis://$@h',
        'http://h:$',
      ],
      random,
    ).replace('$', pick(plantedSecrets, random)),
  ),
  'a secret as a key': line((text, random) => `${text}\n${indentOf(text)}${pick(plantedSecrets, random)}: x`),
  'a secret instead of a key': line((text, random) =>
    text.replace(/[^ -][^:]*(?=:)/, () => pick(plantedSecrets, random)),
  ),
  'a secret without a colon': line((text, random) => `${text}\n${indentOf(text)}token ${pick(plantedSecrets, random)}`),
  'a secret in bad quotes': value((random) => `"${pick(plantedSecrets, random)}" "${pick(plantedSecrets, random)}"`),
};

/** Spoils a file in many ways, one after the other. */
export function mutations(
  source: string,
  { count, seed }: { readonly count: number; readonly seed: number },
): Mutation[] {
  const random = randomNumbers(seed);
  const all = [...Object.entries(spoils), ...Object.entries(secretSpoils)];
  return Array.from({ length: count }, (_, index) => {
    const [name, spoil] = all[index % all.length] as [string, Spoil];
    return {
      name,
      content: spoil(source.split('\n'), random),
      movesSecrets: name in secretSpoils || name === EXCHANGED,
    };
  });
}
