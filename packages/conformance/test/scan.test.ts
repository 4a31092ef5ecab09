import { afterEach, expect, onTestFailed, test } from 'vitest';
import type { Report } from '../src/scan/report.ts';
import { ROUTES } from '../src/scan/routes.ts';
import { scan } from '../src/scan/scanner.ts';
import { nothingAsked, scanUrls, use } from '../src/scan/urls.ts';
import { AppProcess } from '../src/soak/app-process.ts';
import { randomOf } from '../src/soak/random.ts';

const WARM_UP = 50_000;
// What the recorder gives to routes that are computed from requests.
const COMPUTED_ROUTES = 200;
// A few bytes a URL at the most: no text of one is kept.
const HEAP_GROWTH = 1.5 * 2 ** 20;

let app: AppProcess<Report> | undefined;

afterEach(() => app?.stop());

test.each([
  ['Express', 1_000_000],
  // Another router, the same budget: what a million shows of it the first has shown.
  ['Fastify', 300_000],
])('%s keeps every registered route through a scan of %i URLs', { timeout: 120_000 }, async (framework, urls) => {
  const seed = Number(process.env['SCAN_SEED'] ?? 20_261_121);
  onTestFailed(() => void process.stderr.write(`SCAN_SEED=${seed} asks for the same again\n`));
  const begun = performance.now();
  app = await AppProcess.start<Report>(new URL('../src/scan/server-process.ts', import.meta.url), [framework], {});
  const { port } = app;
  const random = randomOf(seed);
  const asked = nothingAsked();
  const [inUse, unused] = [ROUTES.slice(0, ROUTES.length / 2), ROUTES.slice(ROUTES.length / 2)];

  await scan(port, scanUrls({ from: 0, count: WARM_UP, random, routes: inUse }, asked));
  const before = await app.report(true);
  await scan(port, scanUrls({ from: WARM_UP, count: urls - WARM_UP, random, routes: inUse }, asked));
  const after = await app.report(true);
  // Never used before, and all the budget that a scan may take is taken.
  await scan(port, use([...unused, ...unused, ...unused, ...inUse], 1, asked));
  const { counts, overflows, series, limit } = await app.report(false);
  const seconds = (performance.now() - begun) / 1000;
  const heap = [before, after].map(({ heapUsed }) => `${(heapUsed / 2 ** 20).toFixed(2)} MiB`).join(' -> ');
  process.stdout.write(
    `${framework}: ${urls} URLs, ${series} of ${limit} series, overflow ${overflows}, heap ${heap}, ${seconds.toFixed(1)} s\n`,
  );

  expect(asked.raw + asked.unmatched).toBe(urls);
  expect(Object.keys(asked.used)).toHaveLength(ROUTES.length);
  expect(Object.fromEntries(ROUTES.map((route) => [route, counts[route]]))).toEqual(asked.used);
  expect(counts['unmatched']).toBe(asked.unmatched);
  expect(overflows).toBe(asked.raw - COMPUTED_ROUTES);
  expect(counts['overflow']).toBe(overflows);
  // The registered, the computed as far as there was room, none, and the overflow.
  expect(Object.keys(counts)).toHaveLength(ROUTES.length + COMPUTED_ROUTES + 2);
  expect(series).toBe(ROUTES.length + COMPUTED_ROUTES + 1);
  expect(series).toBeLessThanOrEqual(limit);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(HEAP_GROWTH);
});
