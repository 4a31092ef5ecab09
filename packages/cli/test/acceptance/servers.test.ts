import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Application } from './application.ts';
import { PASSWORD, guardedServers } from './faults/guarded-server.ts';
import type { GuardedServer } from './faults/guarded-server.ts';
import { OpenLoad } from './faults/open-load.ts';
import { Restartable } from './faults/restartable.ts';
import { Scraper } from './faults/scraper.ts';
import { TcpProxy } from './faults/tcp-proxy.ts';
import { isBack, isOut } from './faults/watched-state.ts';
import { WellTime } from './faults/well-time.ts';
import { Stage } from './stage.ts';

const SEEN_MS = 5_000;
// An interval of three seconds, on a machine that has much else to do.
const RECOVERY_MS = 4_000;
// The sidecar collects every five seconds, applications push every half second.
const GROWING = [
  { name: 'system_cpu_time_seconds_total', labels: {}, standstillMs: 7_000 },
  { name: 'http_server_request_duration_seconds_count', labels: { job: 'acceptance-express' }, standstillMs: 3_000 },
];

/** A watched server, with what is needed to make it fail. */
interface Watched {
  readonly guarded: GuardedServer;
  readonly server: Restartable;
  readonly proxy: TcpProxy;
  readonly passwordFile: string;
}

describe('a watched server', () => {
  let stage: Stage;
  let watched: Watched[];
  let application: Application;
  let time: WellTime;
  let scraper: Scraper;

  beforeEach(async () => {
    stage = await Stage.open();
    time = new WellTime();
    scraper = new Scraper(stage, time, GROWING);
    watched = await Promise.all(guardedServers.map((guarded) => prepare(guarded, stage.folder)));
  });

  afterEach(async () => {
    await Promise.all(watched.flatMap(({ server, proxy }) => [proxy.down(), server.kill()]));
    await stage.close();
  });

  it('fails alone, is told of at once, and is back as soon', { timeout: 120_000 }, async () => {
    const config = join(stage.folder, 'outrider.yaml');
    await writeFile(config, configuration(watched));
    await stage.startSidecar({ args: ['--config', config], interval: '5s' });
    application = await stage.startApplication('express');
    const load = new OpenLoad(application.port, 50, { keepAlive: true });
    const stop = new AbortController();
    const scraping = scraper.run(stop.signal);
    try {
      await Promise.all(watched.map((one) => failInAllWays(one)));
    } finally {
      stop.abort();
      await scraping;
      await load.stop();
    }
    expect(scraper.wrong).toEqual([]);
    expect(load.failures).toEqual([]);
    expect(application.output).toBe('');
  });

  async function failInAllWays(one: Watched): Promise<void> {
    const { guarded, server, proxy, passwordFile } = one;
    const { system } = guarded;
    const out = (how: string): Promise<number> =>
      time.within(SEEN_MS, `${system} is ${how}`, () => isOut(stage, system));
    const back = async (from: string): Promise<void> => {
      await time.within(RECOVERY_MS, `${system} is back from being ${from}`, () => isBack(stage, system));
      expect(await guarded.connections(server.port), `connections of ${system} after being ${from}`).toBe(1);
    };

    await back('started');

    proxy.slow = true;
    await out('slow');
    proxy.slow = false;
    await back('slow');

    server.hang();
    await out('hung');
    server.resume();
    await back('hung');

    await Promise.all([proxy.down(), server.kill()]);
    await out('down');
    scraper.forget(`${system}_`);
    await server.start();
    await proxy.back();
    await back('down');

    await writeFile(passwordFile, 'a-wrong-one');
    proxy.cut();
    await out('kept out');
    await writeFile(passwordFile, PASSWORD);
    await back('kept out');

    expect(await proxy.most(), `connections to ${system} at once`).toBe(1);
  }
});

async function prepare(guarded: GuardedServer, folder: string): Promise<Watched> {
  const server = await Restartable.of(guarded.start);
  await server.start();
  const passwordFile = join(folder, `${guarded.system}.password`);
  await writeFile(passwordFile, PASSWORD);
  return { guarded, server, proxy: await TcpProxy.start(server.port), passwordFile };
}

function configuration(watched: readonly Watched[]): string {
  const entries = watched.map(
    ({ guarded, proxy, passwordFile }) =>
      `  - url: ${guarded.url(proxy.port)}\n    password:\n      file: ${passwordFile}\n`,
  );
  return `watch:\n${entries.join('')}`;
}
