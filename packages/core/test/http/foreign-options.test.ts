import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foreignOptionHint } from '../../src/http/foreign-options.ts';
import { checkOptions } from '../../src/http/options.ts';

const MIGRATION = join(import.meta.dirname, '../../../../docs/migration');

function messageFor(options: object): string {
  try {
    checkOptions(options);
  } catch (error) {
    return (error as Error).message;
  }
  return expect.unreachable('the options were accepted');
}

describe('an option of similar middleware is answered with what to use instead', () => {
  test.each([
    ['excludeRoutes', 'use exclude'],
    ['bypass', 'use exclude'],
    ['customLabels', 'use labels'],
    ['normalizePath', "the route is the router's; use route where it has none"],
    ['includeMethod', 'always a label: leave it out'],
    ['groupStatusCodes', 'a status is recorded as it was sent: group in the query'],
    ['collectDefaultMetrics', 'always recorded: leave it out'],
    ['metricsPath', 'the sidecar serves /metrics; in the application: metricsHandler() of @outrider/otel'],
    ['digits', 'use responseTime: { digits }'],
    ['generator', 'use requestId: { generator }'],
  ])('%s: %s', (name, hint) => {
    expect(messageFor({ [name]: true })).toContain(`There is no option ${name} (${hint}). The options are service, `);
  });

  test('inside an option too', () => {
    expect(messageFor({ responseTime: { suffix: false } })).toContain(
      'There is no option responseTime.suffix (the response time is in ms and says so: leave it out). ',
    );
    expect(messageFor({ requestId: { headerName: 'X-Id' } })).toContain(
      'There is no option requestId.headerName (use requestId: { header }). ',
    );
  });

  test.each(['colour', 'constructor', '__proto__', ''])('%j has no hint', (name) => {
    expect(foreignOptionHint(name)).toBeUndefined();
  });
});

// The first column of every table of options there, in backquotes, and below a heading that says so.
function optionsOfPage(page: string): string[] {
  const [, section = ''] = readFileSync(join(MIGRATION, page), 'utf8').split('\n## Options\n');
  return section
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => Array.from(line.split(' | ')[0]!.matchAll(/`(\w+)`/g), ([, name]) => name!));
}

// Options that have the same name and meaning here.
const OURS = new Set(['buckets']);

describe('a migration page names no option without a hint', () => {
  test.each(['express-prom-bundle.md', 'response-time.md', 'express-status-monitor.md'])('%s', (page) => {
    const names = optionsOfPage(page).filter((name) => !OURS.has(name));
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => foreignOptionHint(name) === undefined)).toEqual([]);
  });
});
