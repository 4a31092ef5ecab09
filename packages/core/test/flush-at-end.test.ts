import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const CORE = new URL('../src/index.ts', import.meta.url).href;

let folder: string;
let socket: string;
let bodies: string[];
let close: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-flush-'));
  socket = join(folder, 'otlp.sock');
  bodies = [];
  await receive((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.end('{}');
    });
  });
});

afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
});

async function receive(listener: RequestListener): Promise<void> {
  const server = createServer(listener).listen(socket);
  await once(server, 'listening');
  close = () => {
    server.closeAllConnections();
    server.close();
  };
}

/** Puts a receiver that never answers in the place of the one that does. */
async function hang(): Promise<void> {
  close();
  await receive(() => undefined);
}

/** Runs a script that counts one request and says `ready`; then sends it the signals. */
async function run(
  script: string,
  {
    before = '',
    signals = [],
    stderr = 'inherit',
  }: { before?: string; signals?: readonly NodeJS.Signals[]; stderr?: 'inherit' | 'ignore' } = {},
): Promise<{ code: number | null; signal: string | null; output: string }> {
  const prelude = `
    ${before}
    const { getObserver } = await import(${JSON.stringify(CORE)});
    const observer = getObserver();
    const { requests } = observer;
    const count = (status) => {
      requests.begin(0, 0);
      requests.end({ route: requests.routes.unmatched, method: 0, scheme: 0, status, error: 0, labels: undefined,
        duration: 0.1, firstByte: 0.1, stream: false, outcome: 0, slow: false, requestSize: -1, responseSize: -1, span: undefined });
    };
    count(200);
  `;
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--input-type=module', '-e', `${prelude}\n${script}\nconsole.log('ready');`],
    // The interval is long, so that what arrives is the last push.
    {
      env: { ...process.env, OUTRIDER_SOCKET: socket, OTEL_METRIC_EXPORT_INTERVAL: '600000' },
      stdio: ['ignore', 'pipe', stderr],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  for (const signal of signals) {
    while (!output.includes('ready')) await once(child.stdout, 'data');
    child.kill(signal);
  }
  const [code, signal] = await exited;
  return { code, signal, output };
}

/** Whether the last push came and holds the request. */
function lastPush(): boolean {
  const last = bodies.at(-1) ?? '';
  return last.includes('outrider.shutdown') && last.includes('http.server.request.duration');
}

/** How the process said that it ends. */
function goodbye(): unknown {
  const { attributes } = JSON.parse(bodies.at(-1) ?? '').resourceMetrics[0].resource;
  return attributes.find(({ key }: { key: string }) => key === 'outrider.exit.reason')?.value.stringValue;
}

describe('the end of a process', () => {
  test('what is counted after the signal, until the process dies of it, is in the last push', async () => {
    const script = `
      const { writeSync } = await import('node:fs');
      await observer.push();
      let counted = 1;
      setInterval(() => {
        count(200);
        writeSync(1, ++counted + '\\n');
      }, 1);
    `;
    const { signal, output } = await run(script, { signals: ['SIGTERM'] });
    expect(signal).toBe('SIGTERM');
    expect(lastPush()).toBe(true);
    const counted = output.match(/^\d+$/gm)?.at(-1) ?? '1';
    const { count } = JSON.parse(bodies.at(-1)!).resourceMetrics[0].scopeMetrics[0].metrics.find(
      ({ name }: { name: string }) => name === 'http.server.request.duration',
    ).histogram.dataPoints[0];
    expect(count).toBe(counted);
  });

  test('an empty event loop ends it, after a push', async () => {
    expect(await run('')).toMatchObject({ code: 0, signal: null });
    expect(lastPush()).toBe(true);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s kills it as ever, after a push', async (signal) => {
    expect(await run('setInterval(() => {}, 1000);', { signals: [signal] })).toMatchObject({ code: null, signal });
    expect(lastPush()).toBe(true);
  });

  test('an application that handles SIGTERM decides itself', async () => {
    const script = `
      const timer = setInterval(() => {}, 1000);
      process.on('SIGTERM', () => { console.log('mine'); clearInterval(timer); process.exitCode = 7; });`;
    expect(await run(script, { signals: ['SIGTERM'] })).toMatchObject({
      code: 7,
      signal: null,
      output: 'ready\nmine\n',
    });
    expect(lastPush()).toBe(true);
  });

  test('also one that listens once, and did before the observer was there', async () => {
    const before = `process.once('SIGTERM', () => { console.log('mine'); clearInterval(globalThis.timer); });`;
    const script = 'globalThis.timer = setInterval(() => {}, 1000);';
    expect(await run(script, { before, signals: ['SIGTERM'] })).toMatchObject({ code: 0, output: 'ready\nmine\n' });
    expect(lastPush()).toBe(true);
  });

  test('also one that ends the process only if nobody else listens', async () => {
    const script = `
      const alone = () => {
        if (process.listenerCount('SIGTERM') > 1) return;
        process.off('SIGTERM', alone);
        process.kill(process.pid, 'SIGTERM');
      };
      process.on('SIGTERM', alone);
      setTimeout(() => {}, 5000);`;
    expect(await run(script, { signals: ['SIGTERM'] })).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test('what is to be flushed along is flushed, and cannot hold it up', async () => {
    const script = `
      observer.onFlush(async (last) => { console.log('flushed', last); });
      observer.onFlush(() => Promise.reject(new Error('planned')));
      observer.onFlush(() => new Promise(() => {}));
      setInterval(() => {}, 1000);`;
    const began = performance.now();
    const ended = await run(script, { signals: ['SIGTERM'] });
    expect(ended).toMatchObject({ signal: 'SIGTERM', output: 'ready\nflushed true\n' });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('a push that was stopped stays stopped', async () => {
    const script = `
      observer.configure({ push: false });
      console.log(await observer.push());
      await observer.shutdown();`;
    expect(await run(script)).toMatchObject({ code: 0, output: 'undefined\nready\n' });
    expect(bodies).toEqual([]);
  });

  test('a receiver that hangs holds it up for a second at the most', async () => {
    await hang();
    const began = performance.now();
    expect(await run('setInterval(() => {}, 1000);', { signals: ['SIGTERM'] })).toMatchObject({ signal: 'SIGTERM' });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('nobody listening is no word on stderr and no delay', async () => {
    close();
    const began = performance.now();
    expect(await run('')).toMatchObject({ code: 0, output: 'ready\n' });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test.each([
    ['process.exit()', 'process.exit(7);', 7],
    ['an error that nobody catches', `throw new Error('planned');`, 1],
  ])('%s ends it at once, after a push', async (_name, end, code) => {
    const ended = await run(`setTimeout(() => { ${end} }, 10);`, { stderr: 'ignore' });
    expect(ended).toMatchObject({ code, signal: null, output: 'ready\n' });
    expect(bodies).toHaveLength(1);
    expect(lastPush()).toBe(true);
  });

  test('process.exit() pushes what was counted since the signal', async () => {
    const script = `
      setInterval(() => {}, 1000);
      process.on('SIGTERM', () => setTimeout(() => {
        count(503);
        process.exit(0);
      }, 200));`;
    expect(await run(script, { signals: ['SIGTERM'] })).toMatchObject({ code: 0 });
    expect(bodies.map((body) => body.includes('"intValue":"503"'))).toEqual([false, true]);
    expect(lastPush()).toBe(true);
  });

  test('process.exit() after a shutdown pushes nothing more, during one it does', async () => {
    expect(await run('await observer.shutdown(); setTimeout(() => process.exit(), 10);')).toMatchObject({ code: 0 });
    expect(bodies).toHaveLength(1);
    expect(await run('void observer.shutdown(); setImmediate(() => process.exit());')).toMatchObject({ code: 0 });
    expect(lastPush()).toBe(true);
  });

  test('process.exit() waits a second at the most, and for nobody who was not there before', async () => {
    const held = async (before: string): Promise<number> => {
      const { code, output } = await run(`${before}
        const began = performance.now();
        process.on('exit', () => console.log('held', performance.now() - began));
        setTimeout(() => process.exit(7), 10);`);
      expect(code).toBe(7);
      return Number(/held (.*)/.exec(output)?.[1]);
    };
    close();
    expect(await held('await observer.push();')).toBeLessThan(200);
    await hang();
    const unanswered = await held('');
    expect(unanswered).toBeGreaterThan(900);
    expect(unanswered).toBeLessThan(2500);
  });

  test.each([
    ['an empty event loop', '', 'graceful'],
    ['process.exit()', 'process.exit();', 'graceful'],
    ['process.exit(143), as after SIGTERM', 'process.exit(143);', 'graceful'],
    ['an exit code', 'process.exitCode = 3;', 'crash'],
    ['process.exit(3)', 'process.exit(3);', 'crash'],
    ['an error', `throw new Error('planned');`, 'crash'],
    ['a rejection', `Promise.reject(new Error('planned'));`, 'crash'],
    [
      'an error that is handled by an orderly end',
      `process.on('uncaughtException', () => observer.shutdown()); setTimeout(() => { throw new Error('planned'); });`,
      'crash',
    ],
  ])('%s is told with its reason', async (_name, end, reason) => {
    await run(`setTimeout(() => { ${end} }, 10);`, { stderr: 'ignore' });
    expect(goodbye()).toBe(reason);
  });

  test('SIGTERM is told as graceful', async () => {
    await run('setInterval(() => {}, 1000);', { signals: ['SIGTERM'] });
    expect(goodbye()).toBe('graceful');
  });

  test('an explicit shutdown pushes once', async () => {
    expect(await run('await observer.shutdown(); await observer.shutdown();')).toMatchObject({ code: 0 });
    expect(bodies).toHaveLength(1);
  });
});
