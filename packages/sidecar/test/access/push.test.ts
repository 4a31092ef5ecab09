import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Pusher } from '../../../core/src/push/pusher.ts';
import { pushHeaders, pushTargets } from '../../../core/src/push/target.ts';
import { loadConfig } from '../../src/config.ts';
import { startSidecar } from '../../src/sidecar.ts';
import type { Sidecar } from '../../src/sidecar.ts';

const TOKEN = 'a-token/of=this+test';
const BODY =
  '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"calls","gauge":{"dataPoints":[{"asInt":"7","timeUnixNano":"1"}]}}]}]}]}';

let folder: string;
let sidecar: Sidecar;
let warnings: string[];

const onWarning = (warning: Error): void => void warnings.push(warning.message);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-push-'));
  const web = join(folder, 'web.yml');
  writeFileSync(web, JSON.stringify({ basic_auth_users: { app: hashSync('p@ss:word', 4) } }));
  const listen = { 'otlp-listen': '127.0.0.1:0', 'metrics-listen': '127.0.0.1:0', 'otlp-socket': 'false' };
  sidecar = await startSidecar(
    loadConfig({ env: { OUTRIDER_TOKEN: TOKEN }, flags: { ...listen, 'web-config-file': web, interval: '10m' } }),
  );
});

afterAll(async () => {
  await sidecar.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  warnings = [];
  process.on('warning', onWarning);
});

afterEach(() => {
  process.off('warning', onWarning);
});

/** Pushes as an application in this environment would, so many times. */
async function push(environment: Readonly<Record<string, string>>, times = 1, body = BODY): Promise<unknown> {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: sidecar.addresses.otlp, ...environment };
  const pusher = new Pusher({
    targets: () => pushTargets(endpoint),
    headers: pushHeaders(endpoint),
    encode: () => [body],
    intervalMs: 60_000,
    timeoutMs: 2_000,
    lastTimeoutMs: 2_000,
  });
  let result: unknown;
  for (let i = 0; i < times; i += 1) result = await pusher.push();
  pusher.stop();
  return result;
}

describe('an application', () => {
  it('is let in with the token in OTEL_EXPORTER_OTLP_HEADERS', async () => {
    const authorization = `authorization=Bearer%20${encodeURIComponent(TOKEN)}`;
    expect(await push({ OTEL_EXPORTER_OTLP_HEADERS: `x-other=1,${authorization}` }, 2)).toBe('ok');
    const headers = { authorization: `Bearer ${TOKEN}` };
    const text = await (await fetch(`${sidecar.addresses.metrics}/metrics`, { headers })).text();
    expect(text).toMatch(/^calls\{.*\} 7$/m);
    await nextTurn();
    expect(warnings).toEqual([]);
  });

  it('is let in with a name and a password in the URL', async () => {
    const { host } = new URL(sidecar.addresses.otlp);
    expect(await push({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://app:p%40ss%3Aword@${host}` })).toBe('ok');
    await nextTurn();
    expect(warnings).toEqual([]);
  });

  it('says once what to do where it has none, and shows no secret', async () => {
    const wrong = 'a-wrong-token-of-this-test';
    expect(await push({ OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${wrong}` }, 3)).toBe('refused');
    expect(await push({})).toBe('refused');
    await nextTurn();
    expect(warnings).toEqual([
      `${sidecar.addresses.otlp}/v1/metrics refuses metrics with 401: it asks who is calling. ` +
        'Set OTEL_EXPORTER_OTLP_HEADERS, for a token to authorization=Bearer%20<token>',
    ]);
  });

  it('says what to do where it pushes too much for one request', async () => {
    const authorization = `authorization=Bearer%20${encodeURIComponent(TOKEN)}`;
    const tooLong = ' '.repeat(4 * 2 ** 20 + 1);
    expect(await push({ OTEL_EXPORTER_OTLP_HEADERS: authorization }, 1, tooLong)).toBe('refused');
    await nextTurn();
    expect(warnings).toEqual([expect.stringMatching(/refuses metrics with 413: .* such as limits\.bodyBytes$/)]);
  });

  it('says what to do where its name for the sidecar is not allowed', async () => {
    const authorization = `authorization=Bearer%20${encodeURIComponent(TOKEN)}`;
    expect(await push({ OTEL_EXPORTER_OTLP_HEADERS: `${authorization},host=outrider.shop.svc` })).toBe('refused');
    await nextTurn();
    expect(warnings).toEqual([
      expect.stringMatching(/refuses metrics with 403: .* list the name in its setting allowedHosts$/),
    ]);
  });
});
