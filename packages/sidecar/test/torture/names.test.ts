import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { startSidecar } from '../../src/sidecar.ts';
import type { Sidecar } from '../../src/sidecar.ts';
import { SLOW_REQUEST } from '../slow-request.ts';
import { JSON_TYPE, post } from './post.ts';

// In this process, where a polluted prototype would be seen.
let folder: string;
let sidecar: Sidecar;
let errors: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-names-'));
  errors = [];
  const flags = {
    'otlp-listen': '127.0.0.1:0',
    'metrics-listen': '127.0.0.1:0',
    'otlp-socket': join(folder, 'otlp.sock'),
    instance: 'host',
    // A body with names of a megabyte fits.
    'limits-body-bytes': String(32 * 2 ** 20),
    'limits-decoded-bytes': String(32 * 2 ** 20),
  };
  sidecar = await startSidecar(loadConfig({ flags }), {
    log: (level, message) => {
      if (level === 'error') errors.push(message);
    },
  });
});

afterEach(async () => {
  await sidecar.close();
  rmSync(folder, { recursive: true });
});

/** What went wrong that no answer shows. */
function harm(): unknown {
  const { polluted } = {} as { readonly polluted?: unknown };
  return { errors, polluted, ofAll: Object.keys(Object.prototype) };
}

const NONE = { errors: [], polluted: undefined, ofAll: [] };

async function push(name: string, label: string): Promise<unknown> {
  const text = (value: string): object => ({ stringValue: value });
  const point = {
    timeUnixNano: '1',
    asInt: '7',
    attributes: [
      { key: label, value: text(label) },
      { key: 'list', value: { kvlistValue: { values: [{ key: label, value: text(label) }] } } },
    ],
  };
  const route = {
    timeUnixNano: '1',
    count: '1',
    sum: 1,
    bucketCounts: ['0', '1'],
    explicitBounds: [0.1],
    attributes: [
      { key: 'http.request.method', value: text('GET') },
      { key: 'http.response.status_code', value: { intValue: '200' } },
      { key: 'http.route', value: text(label) },
    ],
  };
  const metrics = [
    { name, unit: '1', description: label, gauge: { dataPoints: [point] } },
    { name: 'with.unit', unit: label.slice(0, 63), gauge: { dataPoints: [point] } },
    { name: 'http.server.request.duration', unit: 's', histogram: { aggregationTemporality: 2, dataPoints: [route] } },
  ];
  const resource = {
    attributes: [
      { key: 'service.name', value: text(label) },
      { key: label, value: text(label) },
    ],
  };
  const slow = { ...SLOW_REQUEST, route: label, method: label, request_id: label };
  // Written by hand, since an object literal with __proto__ has no such member.
  const polluting = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';
  const body = JSON.stringify({
    resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }],
    outriderSlowRequests: [slow],
  });
  const { hostname, port } = new URL(sidecar.addresses.otlp);
  const sent = `{${polluting},${body.slice(1)}`.replaceAll('{"timeUnixNano"', `{${polluting},"timeUnixNano"`);
  const answer = await post({ host: hostname, port: Number(port) }, sent, JSON_TYPE);
  return { status: answer.status, ...(JSON.parse(answer.body) as object) };
}

async function get(path: string, accept = '*/*'): Promise<string> {
  const response = await fetch(sidecar.addresses.metrics + path, { headers: { accept } });
  expect([path, response.status]).toEqual([path, 200]);
  return response.text();
}

/** What shows applications, read as its format is. */
async function shown(): Promise<{ readonly text: string; readonly open: string; readonly api: string }> {
  const text = await get('/metrics');
  // Every line is a sample or a comment, whatever is in it.
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(/^(#[^\n]*|[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="([^"\\]|\\["\\n])*",?)+\})? \S+)$/u);
  }
  const open = await get('/metrics', 'application/openmetrics-text; version=1.0.0');
  expect(open).toMatch(/\n# EOF\n$/);
  const api = await Promise.all(
    ['/api/v1/metrics', '/api/v1/routes', '/api/v1/slow-requests'].map((path) => get(path)),
  );
  return { text, open, api: JSON.stringify(api.map((each) => JSON.parse(each) as unknown)) };
}

describe('names that every object has', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    'are names as any other: %s',
    async (name) => {
      expect(await push(name, name)).toEqual({ status: 200 });
      const { text, open, api } = await shown();
      for (const exposition of [text, open]) {
        // Prometheus keeps labels that begin with two underscores for itself.
        const [metric, label] = name === '__proto__' ? ['proto', 'key_proto_'] : [name, name];
        expect(exposition).toMatch(new RegExp(`^${metric}_ratio\\{.*\\b${label}="${name}".*\\} 7`, 'm'));
        expect(exposition).toMatch(new RegExp(`^with_unit_+${metric}_*\\{`, 'm'));
        expect(exposition).toContain(`job="${name}"`);
        expect(exposition).toContain(`http_route="${name}"`);
        expect(exposition).toContain(`list="{\\"${name}\\":\\"${name}\\"}"`);
      }
      expect(JSON.parse(await get('/api/v1/routes'))).toMatchObject({ routes: [{ route: name }] });
      expect(api).toContain(`"route":"${name}"`);
      expect(JSON.parse(await get(`/api/v1/metrics?service=${name}`))).toMatchObject({
        services: expect.anything() as unknown,
      });
      expect(harm()).toEqual(NONE);
    },
  );
});

describe('hostile text', () => {
  const longest = 'm'.repeat(2 ** 20);

  it.each([
    ['line breaks', 'a\nb_total 1\r\n# EOF\n'],
    ['quotes and backslashes', 'a"b\\c\\n"} 1'],
    ['text that runs from right to left', 'a\u202eb\u2066c\u2069'],
    ['a lone surrogate', 'a\ud800b\udc00'],
    ['separators of lines and paragraphs', 'a\u2028b\u2029c\u0085'],
    ['NUL and controls', 'a\0b\x1b[31mc\x7f'],
    ['markup', '<img src=x onerror=alert(1)>"\'></script>'],
    ['a path', '../../x\n'],
    ['no letter that Prometheus knows', '日本'],
    ['a megabyte', longest],
  ])('is shown as what it is: %s', async (_, text) => {
    const answer = await push(text === longest ? 'hostile' : `hostile ${text}`, text);
    expect(answer).toMatchObject({ status: 200 });
    const { api } = await shown();
    if (text !== longest) expect(api).toContain(JSON.stringify(text.toWellFormed()));
    else expect(Buffer.byteLength(api)).toBeLessThan(100_000);
    expect(readdirSync(folder)).toEqual(['otlp.sock']);
    const events = await fetch(`${sidecar.addresses.metrics}/api/v1/stream`);
    const first = await events.body?.getReader().read();
    const lines = Buffer.from(first?.value ?? [])
      .toString()
      .split('\n');
    expect(lines.every((line) => /^(retry: |id: |event: |data: |$)/.test(line))).toBe(true);
    expect(harm()).toEqual(NONE);
  });
});
