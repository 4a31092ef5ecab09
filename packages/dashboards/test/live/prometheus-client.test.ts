import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PrometheusClient } from '../../src/live/prometheus-client.ts';
import { PrometheusError } from '../../src/live/prometheus-error.ts';
import { startStage } from '../doctor/stage.ts';
import type { Stage } from '../doctor/stage.ts';

const THEN = Math.floor(Date.now() / 1000) - 3600;
// user:s3cret
const web = JSON.stringify({
  basic_auth_users: { user: '$2b$04$2gsPSKNkemfPwqXo12W7.e4gVmSIwpgsqTkgEmv0Q7uo83RGT2O9m' },
});
const series = { name: 'some_total{a="1"}', at: (timeS: number): number => timeS - THEN };

describe('a client of a Prometheus', () => {
  let stage: Stage;
  let client: PrometheusClient;

  beforeAll(async () => {
    const slice = { fromS: THEN, toS: THEN + 600 };
    const rules = JSON.stringify({ groups: [{ name: 'some', rules: [{ record: 'a:b', expr: 'vector(1)' }] }] });
    stage = await startStage({ past: [series], slice, rules, settings: { rule_files: ['rules.yml'] }, web });
    client = new PrometheusClient(stage.url.replace('//', '//user:s3cret@'));
  });

  afterAll(() => stage.stop());

  it('answers with values at one time', async () => {
    expect(await client.query('vector(2)', THEN)).toEqual([{ labels: {}, samples: [[THEN, 2]] }]);
    expect(await client.query('3', THEN)).toEqual([{ labels: {}, samples: [[THEN, 3]] }]);
    expect(await client.query('nothing')).toEqual([]);
  });

  it('answers with values over time', async () => {
    const [one] = await client.queryRange('time()', THEN, THEN + 2, 1);
    expect(one).toEqual({ labels: {}, samples: [THEN, THEN + 1, THEN + 2].map((timeS) => [timeS, timeS]) });
  });

  it('knows what is infinite and what is no number', async () => {
    const values = await Promise.all(['1 / 0', '-1 / 0', '0 / 0'].map((expr) => client.query(expr, THEN)));
    expect(values.map(([one]) => one?.samples[0]?.[1])).toEqual([Infinity, -Infinity, NaN]);
  });

  it('tells of labels, rules, targets and the version', async () => {
    expect(await client.labelValues('a', 'some_total')).toEqual(['1']);
    expect(await client.labelNames('some_total')).toEqual(['__name__', 'a']);
    const [group] = await client.rules();
    expect(group).toMatchObject({ name: 'some', rules: [{ type: 'recording', name: 'a:b', query: 'vector(1)' }] });
    expect(await client.targets()).toEqual([]);
    expect((await client.buildinfo()).version).toMatch(/^\d+\.\d+/);
  });

  it('says what Prometheus says of a query that is none', async () => {
    await expect(client.query('sum(')).rejects.toMatchObject({
      name: 'PrometheusError',
      type: 'bad_data',
      message: expect.stringContaining('parse error'),
    });
  });

  it('is let in by the password of its URL, and does not show it', async () => {
    expect(client.url).toBe(`${stage.url}/`);
    await expect(new PrometheusClient(stage.url).query('1')).rejects.toMatchObject({ type: 'unauthorized' });
    const wrong = new PrometheusClient(stage.url.replace('//', '//user:wr0ng@'));
    await expect(wrong.query('1')).rejects.toThrow(/answered 401: it wants to know who asks$/);
    const authorization = `Basic ${Buffer.from('user:s3cret').toString('base64')}`;
    const given = new PrometheusClient(stage.url, { headers: { Authorization: authorization } });
    expect(await given.query('1')).toHaveLength(1);
  });
});

describe('a client of what is no Prometheus', () => {
  let server: Server | undefined;

  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  async function served(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('fails with the status of a proxy', async () => {
    const url = await served((_request, response) => response.writeHead(502).end('<html>Bad gateway</html>'));
    await expect(new PrometheusClient(url).rules()).rejects.toThrow(/\/api\/v1\/rules answered 502$/);
  });

  it('fails with JSON that is another one', async () => {
    const url = await served((_request, response) => response.end('{"message":"hello"}'));
    await expect(new PrometheusClient(url).buildinfo()).rejects.toMatchObject({ type: 'status' });
  });

  it('asks below the path of its URL', async () => {
    const paths: Array<string | undefined> = [];
    const url = await served(({ url: path }, response) => {
      paths.push(path);
      response.end('{"status":"success","data":{}}');
    });
    await new PrometheusClient(`${url}/prometheus`).buildinfo();
    await new PrometheusClient(`${url}/prometheus/`).buildinfo();
    expect(paths).toEqual(['/prometheus/api/v1/status/buildinfo', '/prometheus/api/v1/status/buildinfo']);
  });

  it('waits no longer than it was told', async () => {
    const url = await served(() => undefined);
    const asked = new PrometheusClient(url, { timeoutMs: 50 }).query('1');
    await expect(asked).rejects.toMatchObject({ type: 'timeout', message: expect.stringMatching(/within 0\.05 s$/) });
  });

  it('waits no longer than it was told for everything', async () => {
    const url = await served((_request, response) => response.end('{"status":"success","data":[]}'));
    const client = new PrometheusClient(url, { totalMs: 200 });
    const started = performance.now();
    const all = async (): Promise<never> => {
      for (;;) await client.labelNames('x');
    };
    await expect(all()).rejects.toMatchObject({ type: 'timeout', message: expect.stringContaining('for all that') });
    expect(performance.now() - started).toBeGreaterThanOrEqual(200);
    await expect(client.rules()).rejects.toThrow(/ took more than 0\.2 s for all that was asked$/);
  });

  it('reads no answer that does not end', async () => {
    const url = await served((_request, response) => {
      const block = Buffer.alloc(2 ** 20, ' ');
      const go = (): void => {
        while (response.write(block));
      };
      response.on('drain', go);
      go();
    });
    await expect(new PrometheusClient(url).query('1')).rejects.toMatchObject({
      type: 'status',
      message: expect.stringMatching(/ answered with more than 64 MiB$/),
    });
  });

  it('is not led elsewhere, and says where to', async () => {
    const url = await served((_request, response) =>
      response.writeHead(302, { location: 'https://sso.example/in?token=s3cret' }).end(),
    );
    await expect(new PrometheusClient(url).query('1')).rejects.toThrow(
      / answered 302, a redirect to https:\/\/sso\.example\/in$/,
    );
  });

  it.each(['{"status":"success"}', '{"status":"success","data":{"resultType":"vector","result":[{}]}}'])(
    'fails with %s, which is no result',
    async (answer) => {
      const url = await served((_request, response) => response.end(answer));
      await expect(new PrometheusClient(url).query('1')).rejects.toThrow(/ answered with what is no result$/);
    },
  );

  it('says that nobody is there', async () => {
    const url = await served(() => undefined);
    server?.close();
    const error: unknown = await new PrometheusClient(url).query('1').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PrometheusError);
    expect(error).toMatchObject({ type: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
  });
});
