import { beforeEach, describe, expect, it } from 'vitest';
import { Bench, EPOCH, MINUTE, SECOND, TestConnection } from './bench.ts';
import { GOODBYE, from, number } from './pushes.ts';

const OUTRIDER = { 'telemetry.sdk.name': 'outrider' };
const calls = number('calls', 'counter', [[7]]);
const depth = number('depth', 'gauge', [[3]]);

let bench: Bench;
let connection: TestConnection;

beforeEach(() => {
  bench = new Bench();
  connection = new TestConnection();
});

/** What an application of Outrider pushes. */
function app(instance: string, resource: Readonly<Record<string, string>> = {}): ReturnType<typeof from> {
  return from(instance, [calls, depth], { ...OUTRIDER, ...resource });
}

/** Has a process begin and close its connection without a word. */
function dies(instance: string, resource: Readonly<Record<string, string>> = {}): void {
  const own = new TestConnection();
  bench.pushOver(own, app(instance, resource));
  own.close();
  bench.now += 300;
}

/** What this thread takes for it, however busy the machine is with others. */
function cpuSeconds(run: () => unknown): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1e6;
}

function workers(): Record<string, number> {
  return bench.ofService('shop', 'app.workers');
}

describe('a process that ends', () => {
  it('is told from the first push on, with all reasons at 0', () => {
    bench.pushOver(connection, app('a'));
    expect(bench.ofService('shop', 'app.process.exits')).toEqual({
      graceful: 0,
      crash: 0,
      out_of_memory: 0,
      killed: 0,
      lost: 0,
    });
    expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': 0 });
    expect(workers()).toEqual({ live: 1, silent: 0 });
  });

  it.each([
    [{}, 'graceful'],
    [{ 'outrider.exit.reason': 'graceful' }, 'graceful'],
    [{ 'outrider.exit.reason': 'crash' }, 'crash'],
    [{ 'outrider.exit.reason': 'anything' }, 'graceful'],
  ])('says so itself: %j is %s', (said, reason) => {
    bench.pushOver(connection, app('a'));
    bench.push(app('a', { ...GOODBYE, ...said }));
    connection.close();
    bench.now += SECOND;
    expect(bench.exits).toEqual({ [reason]: 1 });
    expect(workers()).toEqual({ live: 0, silent: 0 });
  });

  it('without a word is noticed when its connection closes: its gauges go, what it counted stays', () => {
    bench.pushOver(connection, app('a'));
    connection.close();
    bench.now += 299;
    expect(bench.sessions).toEqual(['shop#0 live: calls depth']);
    bench.now += 1;
    expect(bench.sessions).toEqual(['shop#0 ended: calls']);
    expect(bench.exits).toEqual({ killed: 1 });
  });

  it('is noticed though nobody looks', async () => {
    bench.pushOver(connection, app('a'));
    bench.oomKills = 1;
    connection.close();
    bench.now += 300;
    await expect.poll(() => bench.oomKills).toBe(0);
  });

  it('over a connection that is closed by the time its push is stored', () => {
    connection.close();
    bench.pushOver(connection, app('a'));
    bench.now += 300;
    expect(bench.exits).toEqual({ killed: 1 });
  });

  it('is out of memory where its heap was nearly full, or where the kernel killed one', () => {
    dies('a', { 'outrider.heap.nearly_full': 'true' });
    expect(bench.exits).toEqual({ out_of_memory: 1 });
    bench.oomKills = 1;
    dies('b');
    expect(bench.exits).toEqual({ out_of_memory: 2 });
    dies('c');
    expect(bench.exits).toEqual({ out_of_memory: 2, killed: 1 });
  });

  it('is lost where it closes its connections as it likes, and only stops pushing', () => {
    bench.push(from('a', [calls], { 'telemetry.sdk.name': 'opentelemetry' }));
    bench.now += 3 * MINUTE + 1;
    expect(bench.exits).toEqual({ lost: 1 });
  });

  it('is not a thread that ends', () => {
    const of = { 'host.name': 'h', 'process.pid': '1' };
    bench.pushOver(connection, app('main', of));
    bench.push(app('one', { ...of, 'thread.id': '1' }));
    expect(workers()).toEqual({ live: 2, silent: 0 });
    bench.push(app('one', { ...of, 'thread.id': '1', ...GOODBYE }));
    bench.oomKills = 1;
    dies('two', { ...of, 'thread.id': '2' });
    expect(bench.exits).toEqual({});
    expect(bench.oomKills).toBe(1);
    expect(workers()).toEqual({ live: 1, silent: 0 });
    bench.push(app('three', { ...of, 'thread.id': '3' }));
    expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': 0 });
  });

  it('is one though an SDK pushes for it, too', () => {
    const of = { 'host.name': 'h', 'process.pid': '1' };
    bench.pushOver(connection, app('a', of));
    bench.push(from('x', [calls], { ...of, 'telemetry.sdk.name': 'opentelemetry' }));
    expect(workers()).toEqual({ live: 1, silent: 0 });
    bench.push(app('a', { ...of, ...GOODBYE }));
    bench.now += 4 * MINUTE;
    expect(bench.exits).toEqual({ graceful: 1 });
    const next = { 'host.name': 'h', 'process.pid': '2' };
    bench.push(app('b', next), from('y', [calls], { ...next, 'telemetry.sdk.name': 'opentelemetry' }));
    expect(bench.sessions).toHaveLength(2);
    expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': 1 });
  });
});

describe('a process that closes its connection and lives', () => {
  it('is not taken for dead if it pushes again at once', () => {
    bench.pushOver(connection, app('a'));
    connection.close();
    bench.now += 200;
    bench.pushOver(new TestConnection(), app('a'));
    bench.now += 4 * SECOND;
    expect(bench.sessions).toEqual(['shop#0 live: calls depth']);
    expect(bench.exits).toEqual({});
  });

  it('or has another one', () => {
    bench.pushOver(connection, app('a'));
    bench.pushOver(new TestConnection(), app('a'));
    connection.close();
    bench.now += SECOND;
    expect(workers()).toEqual({ live: 1, silent: 0 });
  });

  it('or if it was the sidecar that closed it: then only its silence counts', () => {
    bench.pushOver(connection, app('a'));
    connection.close('sidecar');
    bench.now += 15 * SECOND;
    expect(workers()).toEqual({ live: 1, silent: 0 });
    bench.now += 1;
    expect(workers()).toEqual({ live: 0, silent: 0 });
    expect(bench.exits).toEqual({ lost: 1 });
  });

  it('lives again with its next push, is counted once, and is not believed again', () => {
    dies('a');
    expect(bench.exits).toEqual({ killed: 1 });
    const next = new TestConnection();
    bench.pushOver(next, app('a'));
    expect(bench.sessions).toEqual(['shop#0 live: calls depth']);
    next.close();
    bench.now += SECOND;
    expect(workers()).toEqual({ live: 1, silent: 0 });
    bench.push(app('a', GOODBYE));
    expect(bench.exits).toEqual({ killed: 1 });
    expect(workers()).toEqual({ live: 0, silent: 0 });
  });

  it('is no restart when another has its slot meanwhile', () => {
    dies('a');
    bench.push(app('b'));
    expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': 1 });
    bench.push(app('a'));
    expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': 1 });
    bench.push(app('a', GOODBYE));
    expect(bench.exits).toEqual({ killed: 1 });
  });
});

describe('processes of one service.instance.id, such as that of a pod', () => {
  const pod = (
    pid: number,
    count: number,
    resource: Readonly<Record<string, string>> = {},
  ): ReturnType<typeof from> => {
    const of = { ...OUTRIDER, 'host.name': 'pod', 'process.pid': String(pid), ...resource };
    return from('pod', [number('calls', 'counter', [[count]]), depth], of);
  };

  it('are told apart by their process ids', () => {
    bench.pushOver(connection, pod(1, 7));
    bench.pushOver(new TestConnection(), pod(2, 5));
    bench.pushOver(connection, pod(1, 8));
    expect(bench.counts('calls')).toEqual([{ '': 8 }, { '': 5 }]);
    expect(workers()).toEqual({ live: 2, silent: 0 });
  });

  it('are told apart from what an SDK pushes for them', () => {
    bench.pushOver(connection, pod(1, 7));
    bench.push(pod(1, 100, { 'telemetry.sdk.name': 'opentelemetry' }));
    bench.pushOver(connection, pod(1, 8));
    expect(bench.counts('calls')).toEqual([{ '': 8 }, { '': 100 }]);
    expect(workers()).toEqual({ live: 1, silent: 0 });
  });

  it('start again, with the process id of before too, as in a container', () => {
    for (const [at, count] of [7, 3, 2].entries()) {
      const own = new TestConnection();
      bench.pushOver(own, pod(1, count));
      expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': at });
      own.close();
      bench.now += 300;
      expect(bench.exits).toEqual({ killed: at + 1 });
    }
    expect(bench.counts('calls')).toEqual([{ '': 12 }]);
    expect(bench.sessions).toEqual(['shop#0 ended: calls']);
    expect(bench.store.view().series).toBe(1);
    bench.now += 5 * MINUTE;
    expect(bench.store.view().series).toBe(0);
  });

  it('start again in the slot that was theirs', () => {
    bench.push(pod(1, 7), pod(2, 5));
    bench.push(pod(1, 7, GOODBYE), pod(2, 5, GOODBYE));
    bench.push(pod(2, 1));
    expect(bench.counts('calls')).toEqual([{ '': 7 }, { '': 6 }]);
  });
});

describe('the connection of a proxy', () => {
  it('is not theirs who push over it: its end is the end of nobody', () => {
    bench.pushOver(connection, app('a'));
    bench.pushOver(connection, app('b'));
    bench.pushOver(connection, app('a'));
    connection.close();
    bench.now += 15 * SECOND;
    expect(workers()).toEqual({ live: 2, silent: 0 });
    expect(bench.exits).toEqual({});
    bench.now += 1;
    expect(bench.exits).toEqual({ lost: 2 });
  });

  it('nor is it theirs who come when the first has said goodbye', () => {
    bench.pushOver(connection, app('a'));
    bench.pushOver(connection, app('a', GOODBYE));
    bench.pushOver(connection, app('b'));
    connection.close();
    bench.now += 15 * SECOND;
    expect(bench.exits).toEqual({ graceful: 1 });
  });
});

describe('a process that is connected and does not push', () => {
  it('is silent after two intervals: its gauges go, its counts and its slot stay, and it comes back', () => {
    bench.pushOver(connection, app('a'));
    bench.now += 10 * SECOND;
    expect(bench.sessions).toEqual(['shop#0 live: calls depth']);
    bench.now += 1;
    expect(bench.sessions).toEqual(['shop#0 silent: calls']);
    expect(workers()).toEqual({ live: 0, silent: 1 });
    bench.now += MINUTE;
    bench.push(app('b'));
    expect(bench.sessions).toEqual(['shop#0 silent: calls', 'shop#1 live: calls depth']);
    expect(bench.store.view().live).toBe(1);
    bench.pushOver(connection, app('a'));
    expect(bench.sessions).toEqual(['shop#0 live: calls depth', 'shop#1 live: calls depth']);
    expect(bench.exits).toEqual({});
  });

  it('is not silent where it pushes more seldom than it means to, but does', () => {
    for (let push = 0; push < 5; push++) {
      bench.pushOver(connection, app('a'));
      bench.now += 12 * SECOND;
    }
    expect(workers()).toEqual({ live: 1, silent: 0 });
    bench.now += 12 * SECOND + 1;
    expect(workers()).toEqual({ live: 0, silent: 1 });
    bench.pushOver(connection, app('a'));
    bench.now += 1 * SECOND;
    bench.pushOver(connection, app('a'));
    bench.now += 10 * SECOND + 1;
    expect(workers()).toEqual({ live: 0, silent: 1 });
  });

  it('is silent though an SDK of its own is not known to be', () => {
    const of = { 'host.name': 'h', 'process.pid': '1' };
    bench.pushOver(connection, app('a', of));
    bench.push(from('x', [calls], { ...of, 'telemetry.sdk.name': 'opentelemetry' }));
    bench.now += 11 * SECOND;
    expect(workers()).toEqual({ live: 0, silent: 1 });
  });

  it('can die of it', () => {
    bench.pushOver(connection, app('a'));
    bench.now += 20 * SECOND;
    expect(workers()).toEqual({ live: 0, silent: 1 });
    connection.close();
    bench.now += 300;
    expect(bench.sessions).toEqual(['shop#0 ended: calls']);
    expect(bench.exits).toEqual({ killed: 1 });
  });
});

describe('a process that starts', () => {
  it('is a restart if it takes the place of one that ended', () => {
    bench.push(app('a'), app('b'));
    bench.push(app('a', GOODBYE));
    bench.push(app('c'));
    bench.push(app('d'));
    expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': 1 });
  });

  it('of a new release tells when that was first seen', () => {
    const release = 'service.release.timestamp';
    bench.push(app('a', { 'service.version': '1.0' }));
    bench.now += MINUTE;
    bench.push(app('a', { 'service.version': '1.0' }), app('b', { 'service.version': '1.1' }));
    expect(bench.ofService('shop', release)).toEqual({ '1.0': EPOCH / 1000, '1.1': EPOCH / 1000 + 60 });
    for (let at = 2; at < 40; at += 1) bench.push(app('a', { 'service.version': `1.${at}` }));
    expect(Object.keys(bench.ofService('shop', release))).toHaveLength(16);
    bench.push(from('x', [calls], { 'service.name': 'other' }));
    expect(bench.ofService('other', release)).toEqual({});
  });
});

describe('many processes', () => {
  it('in one push have their slots without a look at all others for each', () => {
    bench = new Bench(10_000);
    const all = Array.from({ length: 10_000 }, (_, at) => from(String(at), [calls]));
    // It was 5 s, by the square of their number, on a machine where it is 0.3 s now.
    expect(cpuSeconds(() => bench.push(...all))).toBeLessThan(2);
    expect(bench.store.view().sessions.at(-1)?.worker).toBe(9999);
  });

  it('that are refused take no longer', () => {
    bench = new Bench(10_000);
    const many = (of: string) => Array.from({ length: 10_000 }, (_, at) => from(`${of}${at}`, [calls]));
    bench.push(...many('a'));
    const coming = many('b');
    // It was 13 s, and is 0.7 s now.
    expect(cpuSeconds(() => bench.push(...coming))).toBeLessThan(4);
    expect(bench.store.view().series).toBe(10_000);
  });

  it('have the lowest slots that are free for their SDK', () => {
    const of = (instance: string, sdk: string, resource = {}): ReturnType<typeof from> =>
      from(instance, [calls], { 'telemetry.sdk.name': sdk, ...resource });
    bench.push(of('a', 'x'), of('b', 'y'), of('c', 'x'), of('d', 'y'));
    bench.push(of('c', 'x', GOODBYE), of('b', 'y', GOODBYE));
    bench.push(of('e', 'x'), of('f', 'x'), of('g', 'y'));
    expect(bench.counts('calls')).toEqual([{ '': 7 }, { '': 14 }, { '': 14 }, { '': 7 }, { '': 7 }]);
    bench.push(of('a', 'x', GOODBYE), of('h', 'x'));
    expect(bench.counts('calls')[0]).toEqual({ '': 14 });
  });
});

describe('services', () => {
  it('are told by name, for five minutes after their last process', () => {
    bench.push(from('z', [calls], { 'service.name': 'zoo' }), app('a'));
    expect(bench.store.view().services.map(({ service }) => service)).toEqual(['shop', 'zoo']);
    bench.push(app('a', GOODBYE));
    bench.now += 5 * MINUTE - 1;
    bench.push(from('z', [calls], { 'service.name': 'zoo' }));
    expect(bench.exits).toEqual({ graceful: 1 });
    bench.now += 1;
    expect(bench.store.view().services.map(({ service }) => service)).toEqual(['zoo']);
  });

  it('are told between pushes that are further apart', () => {
    bench.store.push([app('a')], { connection, intervalMs: 10 * MINUTE });
    connection.close('sidecar');
    bench.now += 9 * MINUTE;
    expect(workers()).toEqual({ live: 1, silent: 0 });
  });

  it('are 256 at the most', () => {
    bench = new Bench(1000);
    for (let at = 0; at < 300; at += 1) bench.push(from('a', [calls], { 'service.name': `s${at}` }));
    expect(bench.store.view().sessions).toHaveLength(300);
    expect(bench.store.view().services).toHaveLength(256);
  });
});

describe('another sidecar that forwards what it counted of the processes of a service', () => {
  const exits = number('app.process.exits', 'counter', [[2, { reason: 'killed' }]]);
  const sidecar = (id: string) => from(id, [exits, number('app.workers', 'gauge', [[4, { state: 'live' }]])]);

  it('is none of the processes, when it comes and when it goes', () => {
    bench.keepPushing(app('a'), 5 * SECOND, 10 * SECOND);
    bench.push(sidecar('s'));
    bench.push(sidecar('s'));
    expect(bench.sessions).toHaveLength(2);
    expect(workers()).toEqual({ live: 1, silent: 0 });
    bench.keepPushing(app('a'), 5 * SECOND, MINUTE);
    expect(bench.exits).toEqual({});
    bench.push(sidecar('t'));
    expect(bench.ofService('shop', 'app.process.restarts')).toEqual({ '': 0 });
    expect(workers()).toEqual({ live: 1, silent: 0 });
  });
});

describe('what a process counted that is gone', () => {
  it('stays for as long as its service has a process, and five minutes longer', () => {
    bench.push(app('a'), app('b'));
    bench.push(app('a', GOODBYE));
    bench.keepPushing(app('b'), 5 * SECOND, 20 * MINUTE);
    expect(bench.counts('calls')).toEqual([{ '': 7 }, { '': 7 }]);
    bench.push(app('b', GOODBYE));
    bench.now += 5 * MINUTE - 1;
    expect(bench.counts('calls')).toEqual([{ '': 7 }, { '': 7 }]);
    bench.now += 1;
    expect(bench.sessions).toEqual([]);
  });

  it('gives way to the living where there is no room', () => {
    bench = new Bench(4);
    const many = (count: number) =>
      number(
        'calls',
        'counter',
        Array.from({ length: count }, (_, at) => [1, { k: String(at) }] as const),
      );
    bench.push(from('a', [many(3)]), from('b', [many(1)]));
    bench.push(from('a', [many(3)], GOODBYE));
    expect(bench.push(from('b', [many(2)]))).toEqual({});
    expect(bench.counts('calls')).toEqual([
      { 1: 1, 2: 1 },
      { 0: 1, 1: 1 },
    ]);
    expect(bench.push(from('b', [many(4)]))).toEqual({});
    expect(bench.sessions).toEqual(['shop#1 live: calls']);
    expect(bench.store.view().series).toBe(4);
  });
});
