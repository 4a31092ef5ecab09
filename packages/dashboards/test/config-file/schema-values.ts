// Values for every kind of the configuration file, right ones and wrong ones, and most of them at an edge.

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  '%': 0.01,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** Where some setting begins or ends. */
const EDGES = [0, 1e-6, 0.001, 1, 75, 120, 3600, 86_400, 2 ** 40];

const NANO = 10n ** 9n;

/** Decimals with nine digits behind the point at and beside `value`. */
function besides(value: number): readonly string[] {
  const [whole = '0', fraction = ''] = value.toFixed(9).split('.');
  const nano = BigInt(whole) * NANO + BigInt(fraction);
  return [-1_000_000n, -1000n, -10n, -1n, 0n, 1n, 10n, 1000n, 1_000_000n]
    .map((offset) => nano + offset)
    .filter((near) => near >= 0n)
    .flatMap((near) => {
      const decimal = `${near / NANO}.${`${near % NANO}`.padStart(9, '0')}`;
      const short = decimal.replace(/\.?0+$/, '');
      return [decimal, short, `00${short}`];
    });
}

const edges = [...new Set(EDGES.flatMap((edge) => Object.values(UNITS).flatMap((factor) => besides(edge / factor))))];

// Whole numbers and all quarters of thousandths, for times that have to be whole seconds.
const figures = [
  ...Array.from({ length: 400 }, (_, index) => `${index}`),
  ...Array.from({ length: 400 }, (_, index) => (index * 0.000_25).toFixed(5)),
  ...Array.from({ length: 400 }, (_, index) => `${index * 0.0125}`),
  ...Array.from({ length: 400 }, (_, index) => `${index * 750}.0`),
  '1.',
  '.5',
  '-1',
  '+1',
  '1e3',
  '1,5',
  '0x1',
  '',
  '999999999999999',
  '1234567890123456',
  '1.0000000000',
  '١',
];

/** Figures with units, numbers alone, and what is neither. */
export const quantities: readonly unknown[] = [
  ...[...figures, ...edges].flatMap((figure) => Object.keys(UNITS).map((unit) => `${figure}${unit}`)),
  '5 s',
  '5  s',
  '5\ts',
  ' 5s',
  '5s ',
  '5s\n',
  '5',
  '5S',
  '5sec',
  '5 %',
  '5µs',
  '5d',
  '5 constructor',
  's',
  ...edges.map(Number),
  ...EDGES.flatMap((edge) => [edge, 0 - edge, edge * (1 + Number.EPSILON), edge * (1 - Number.EPSILON)]),
  0.1 + 0.2,
  1e-7,
  1e21,
  1.5,
  28,
  30,
  366,
  367,
  NaN,
  Infinity,
  -Infinity,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
];

/** What could stand anywhere. */
export const simpleValues: readonly unknown[] = [
  null,
  true,
  false,
  'none',
  'None',
  '',
  'null',
  'prometheus',
  'a-b_C1',
  'ä',
  'a b',
  'x'.repeat(40),
  'x'.repeat(41),
  [],
  [1],
  ['none'],
  [null],
  {},
  { a: 'b' },
  { a: null },
  { a: 5 },
  { a: true },
  { a: false },
  { a: ['b'] },
  { a: {} },
  ...['le', 'les', '__name__', '_a', 'a_1', 'a-b', '1a', 'ä', '', 'a ', 'a\n'].map((label) => ({ [label]: 'b' })),
];

/** Lists of bounds. */
export const lists: readonly unknown[] = [
  ['1ms', 0.5, '1h', '24h'],
  ['1s', '500ms'],
  ['1s', '1s'],
  ['1s', 1],
  ['0.001ms', '86400s'],
  ['0.0009ms'],
  ['86401s'],
  [1e-7],
  ['1s', ['2s']],
  ['1s', null],
  ['1s', 'none'],
  Array.from({ length: 64 }, (_, index) => index + 1),
  Array.from({ length: 65 }, (_, index) => index + 1),
];

const PIECES = ['=', '!', '~', ' ', '\n', '"', "'", '`', '$', '{', 'a', '\\', '\\u0024', '\\u000a', '\\n', '(', '💥'];

function sequences(pieces: readonly string[], length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = sequences(pieces, length - 1);
  return [...shorter, ...shorter.flatMap((start) => pieces.map((piece) => start + piece))];
}

/** What a label may have to be: every short sequence of what has a meaning in one. */
export const labelValues: readonly string[] = [
  ...new Set([
    ...sequences(PIECES, 4),
    ...[
      '\u200b',
      '\u2028',
      '\u2029',
      '\u0000',
      '\u007f',
      '\u0085',
      '\ue000',
      '\ud800',
      '\t',
      '\u00a0',
      '/',
      '[',
      '_',
      '0',
    ].flatMap((character) =>
      ['', '=', '=~ ', '"', '!="a', '"a" ', '"\\', '$', "'"].flatMap((start) => [
        start + character,
        `${start}${character}"`,
        `${start}${character}a`,
      ]),
    ),
  ]),
];

/** Addresses with every part that one may have. */
export const urls: readonly string[] = [
  'http://',
  'HTTPS://',
  'http:',
  'http:/',
  'https:\\\\',
  'ftp://',
  '',
  ' http://',
  '\t\nhttps://',
  '\u00a0http://',
]
  .flatMap((scheme) => ['', 'u@', 'u:p@', '@', '/'].map((user) => scheme + user))
  .flatMap((start) =>
    ['h', 'h:1', 'h:99999', '[::1]:9', '[::', 'a b', 'a%20b', 'a$b', 'a％24b', 'ä.example', ''].map(
      (host) => start + host,
    ),
  )
  .flatMap((start) =>
    [
      '',
      '/',
      '/d',
      '/d/',
      '/a//',
      '?',
      '/?',
      '/d?x=1',
      '#',
      '/#',
      '/d#x',
      '/$x',
      '/%24',
      '/a b',
      '/@',
      '\\',
      '\n',
      '/d \n',
    ].map((end) => start + end),
  );

/** A file that says all there is, as hardly anybody would have it: ends of what figures may be, and labels with anything. */
export const STRANGE = `
scrapeInterval: 60
evaluationInterval: 0.025h
applications: { team: '="\\"}{[5m] or # \\\\\\\\n$ é 💥"', job: '=~ "(?i:shop)|a{1,3}|\\\\d+$"', zone: none, x: ~ }
hosts: { job: none, cluster: '!=""', zone: !!str '!~"eu|us"' }
latencyBounds: [0.001ms, 1ms, 10.5 ms, 0.15, 59.5s, 24h]
datasource: { uid: '-', url: "http://[::1]:9090/a%20b" }
urls: { runbooks: "https://r.example/a'b/(c)", dashboards: "HTTPS://g.example:8443/x/d/// " }
thresholds:
  cpu: { high: 0.00001%, critical: 1 }
  memory:
  cache: { hitRatio: 100.0%, minimumLookups: 9007199254740991 }
  latency: { warn: 0.001, high: 10.5ms, slow: 59.5s, share: 0.0000001, minimumRequests: 5.0 }
  throughput: { floor: 1.0e+21, baselineShare: 1, minimumBaseline: 0 }
  memoryGrowth: { bytesPerHour: 1B, bytesIn10Minutes: 1024GiB }
  regression: { ratio: 1, difference: 0ms, minimumRequests: 1 }
  slo: { objective: 99.99999%, latency: 150ms, periodDays: 366, minimumBad: 1 }
`;
