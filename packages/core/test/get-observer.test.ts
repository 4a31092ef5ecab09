import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const CORE = new URL('../src/', import.meta.url).href;

/** Runs a script in a process of its own, where global state is its own too, and tells what it logs and warns. */
async function run(
  script: string,
  environment: Record<string, string> = {},
): Promise<{ logged: unknown; warned: string }> {
  const prelude = `const core = ${JSON.stringify(CORE)};
    const log = (value) => console.log(JSON.stringify(value));
    const settled = () => new Promise((resolve) => setImmediate(resolve));`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--input-type=module', '-e', `${prelude}\n${script}\nprocess.exit();`],
    { env: { ...process.env, OUTRIDER_SOCKET: '/nonexistent/outrider.sock', ...environment } },
  );
  return { logged: JSON.parse(stdout), warned: stderr };
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(new RegExp(pattern, 'g'))].length;
}

describe('getObserver', () => {
  test('answers with one observer a process, also to a second copy of the package', async () => {
    const { logged, warned } = await run(`
      const first = await import(core + 'get-observer.ts');
      const second = await import(core + 'get-observer.ts?copy');
      const own = first.getObserver();
      log([first.getObserver === second.getObserver, own === first.getObserver(), own === second.getObserver()]);`);
    expect(logged).toEqual([false, true, true]);
    expect(warned).toBe('');
  });

  test('installs the handlers of the end once', async () => {
    const { logged } = await run(`
      for (const copy of ['', '?2', '?3']) (await import(core + 'get-observer.ts' + copy)).getObserver();
      log(['SIGTERM', 'SIGINT', 'beforeExit'].map((name) => process.listenerCount(name)));`);
    expect(logged).toEqual([1, 1, 1]);
  });

  test('warns once of another version, which does not observe', async () => {
    const { logged, warned } = await run(`
      const { getObserver } = await import(core + 'get-observer.ts');
      const held = { version: '0.0.1', observer: { older: true } };
      globalThis[Symbol.for('outrider.observer.v1')] = held;
      getObserver();
      const same = getObserver() === held.observer;
      await settled();
      log(same);`);
    expect(logged).toBe(true);
    expect(count(warned, /OutriderWarning/)).toBe(1);
    expect(warned).toMatch(
      /two versions of @outrider\/core are loaded, 0\.0\.1 and \d+\.\d+\.\d+; the first one observes/,
    );
  });

  test('OTEL_SDK_DISABLED switches all of it off', async () => {
    const { logged } = await run(
      `
      const { getObserver } = await import(core + 'get-observer.ts');
      const observer = getObserver();
      const metrics = [];
      observer.collect({ metric: ({ name }) => metrics.push(name), number() {}, histogram() {}, exponential() {} });
      const runtime = metrics.filter((name) => /^(nodejs|v8js|process)\\./.test(name));
      await observer.shutdown();
      log([observer.enabled, runtime, (await observer.push()) === undefined, process.listenerCount('SIGTERM')]);`,
      { OTEL_SDK_DISABLED: 'TRUE' },
    );
    expect(logged).toEqual([false, [], true, 0]);
  });

  test('any other value of it does not', async () => {
    const { logged } = await run(
      `log((await import(core + 'get-observer.ts')).getObserver().enabled);`,
      { OTEL_SDK_DISABLED: '1' },
    ); // oxfmt-ignore
    expect(logged).toBe(true);
  });
});

describe('configure', () => {
  test('holds until the first request, and warns once a text of what comes later', async () => {
    const { logged, warned } = await run(`
      const { getObserver } = await import(core + 'get-observer.ts');
      const observer = getObserver();
      observer.configure({ service: 'first', buckets: [1, 2] });
      observer.configure({ service: 'second' });
      const before = observer.resource['service.name'];
      observer.requests;
      for (let at = 0; at < 3; at++) observer.configure({ service: 'third', buckets: [5] });
      observer.configure({ service: 'second', buckets: [1, 2] });
      await settled();
      log([before, observer.resource['service.name']]);`);
    expect(logged).toEqual(['second', 'second']);
    expect(count(warned, /service third came too late: this process is already known as second/)).toBe(1);
    expect(count(warned, /buckets came too late/)).toBe(1);
    expect(count(warned, /OutriderWarning/)).toBe(2);
  });
});
