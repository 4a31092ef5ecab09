import { expect, it } from 'vitest';
import { defaultConfig } from '../../src/config.ts';
import { RATES } from '../../src/measures/recorded.ts';
import { currentRelease, previousRelease } from '../../src/measures/releases.ts';
import { ruleScope } from '../../src/scope.ts';
import type { Samples } from '../rules/alert-case.ts';
import { gauge } from '../rules/course.ts';
import { evaluate } from './measure.ts';

const scope = ruleScope(defaultConfig, '5m');
const limits = defaultConfig.thresholds.regression;

const of = (version: string): string => `job="shop",service_version="${version}"`;

/** When a sidecar first saw a release, in seconds; after ten minutes, or for fewer of them. */
const seen = (version: string, seconds: number, minutes = 11, instance = 'web-1'): Samples => ({
  [`service_release_timestamp_seconds{${of(version)},instance="${instance}"}`]: `${gauge([seconds, minutes])} stale`,
});

/** Requests a second of one route in a release. */
const serves = (version: string, rate: number): Samples => ({
  [`${RATES.versionCount}{${of(version)},http_route="/basket"}`]: gauge([rate, 11]),
});

const compared = (
  samples: Samples,
  current: Readonly<Record<string, number>>,
  previous: Readonly<Record<string, number>>,
): Promise<string> => {
  const named = (all: typeof current): Record<string, number> =>
    Object.fromEntries(Object.entries(all).map(([version, seconds]) => [`{${of(version)}}`, seconds]));
  return evaluate(samples, [
    [currentRelease(scope, limits), named(current)],
    [previousRelease(scope, limits), named(previous)],
  ]);
};

const three = { ...seen('0.9.0', 10), ...seen('1.0.0', 20), ...seen('1.1.0', 30) };

it('the current release is the newest of those that serve enough, and the one before it was seen before it', async () => {
  const rollout = { ...three, ...serves('0.9.0', 0), ...serves('1.0.0', 9), ...serves('1.1.0', 0.4) };
  expect(await compared(rollout, { '1.1.0': 30 }, { '1.0.0': 20 })).toBe('');
});

it('a few requests, as of a probe or a canary, do not make a release the current one', async () => {
  const probed = { ...three, ...serves('1.0.0', 9), ...serves('1.1.0', 0.1) };
  expect(await compared(probed, { '1.0.0': 20 }, { '0.9.0': 10 })).toBe('');
  const quiet = { ...three, ...serves('0.9.0', 0), ...serves('1.0.0', 0.2), ...serves('1.1.0', 0) };
  expect(await compared(quiet, { '1.0.0': 20 }, { '0.9.0': 10 })).toBe('');
});

it('after a rollback it is the one that was rolled back to, which nothing newer is compared with', async () => {
  const rolledBack = { ...three, ...serves('1.0.0', 10), ...serves('1.1.0', 0) };
  expect(await compared(rolledBack, { '1.0.0': 20 }, { '0.9.0': 10 })).toBe('');
  const only = { ...seen('1.0.0', 20), ...seen('1.1.0', 30), ...serves('1.0.0', 10), ...serves('1.1.0', 0) };
  expect(await compared(only, { '1.0.0': 20 }, {})).toBe('');
});

it('without requests it is the newest that is there', async () => {
  expect(await compared(three, { '1.1.0': 30 }, { '1.0.0': 20 })).toBe('');
  expect(await compared({ ...three, ...serves('1.0.0', 0) }, { '1.1.0': 30 }, { '1.0.0': 20 })).toBe('');
});

it('a release that has ended may be the one before, and not the current one', async () => {
  const ended = { ...seen('1.0.0', 20, 5), ...seen('1.1.0', 30), ...serves('1.1.0', 1) };
  expect(await compared(ended, { '1.1.0': 30 }, { '1.0.0': 20 })).toBe('');
  const newestEnded = { ...seen('1.0.0', 20), ...seen('1.1.0', 30, 5), ...serves('1.1.0', 1) };
  expect(await compared(newestEnded, { '1.0.0': 20 }, {})).toBe('');
});

it('of several hosts the first that saw a release counts', async () => {
  const hosts = { ...seen('1.0.0', 20), ...seen('1.1.0', 30), ...seen('1.0.0', 40, 11, 'web-2') };
  expect(
    await compared({ ...hosts, ...serves('1.0.0', 1), ...serves('1.1.0', 1) }, { '1.1.0': 30 }, { '1.0.0': 20 }),
  ).toBe('');
});
