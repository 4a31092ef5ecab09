import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../src/demo/ports.ts';
import { select } from './exposition.ts';
import { eventually } from './eventually.ts';
import { Pm2, deploy } from './pm2.ts';
import { procWithoutKills } from './linked-proc.ts';
import { Stage } from './stage.ts';
import { RequestCount, exitsOf, pushing, pushingTo, sendEach, sendUntil, workerStates } from './workers.ts';

const JOB = 'acceptance-pm2';

describe('PM2 in cluster mode', () => {
  let stage: Stage;
  let pm2: Pm2;
  let port: number;

  beforeEach(async () => {
    stage = await Stage.open();
    await stage.startSidecar({ args: ['--proc-root', await procWithoutKills(join(stage.folder, 'proc'))] });
    ({ app: port } = await freePorts({ app: 0 }));
    pm2 = await Pm2.open(stage.folder, pushingTo(stage, { PORT: String(port), OTEL_METRIC_EXPORT_INTERVAL: '500' }));
  });

  afterEach(async () => {
    try {
      await pm2.close();
    } finally {
      await stage.close();
    }
  });

  it(
    'counts every request while it is reloaded and stopped, under the name of the application',
    { timeout: 60_000 },
    async () => {
      const counted = new RequestCount(stage, JOB);
      await pm2.run('start', await deploy(stage.folder, JOB, 'pm2-app.mjs'), '-i', '2');
      await pushing(stage, 2);

      await sendEach(port, '/items/1', 100);
      const stop = new AbortController();
      const traffic = sendUntil(port, '/items/2', stop.signal);
      await pm2.run('reload', 'all');
      await pushing(stage, 2);
      stop.abort();
      const sent = 100 + (await traffic);
      await eventually(() => exitsOf(stage, JOB), { graceful: 2 });
      await counted.reach(sent);

      const [worker = 0] = pm2.workers;
      process.kill(worker, 'SIGKILL');
      await eventually(() => exitsOf(stage, JOB), { graceful: 2, killed: 1 });
      await eventually(() => workerStates(stage, JOB), { live: 2, silent: 0 });
      await pm2.run('stop', 'all');
      await eventually(() => exitsOf(stage, JOB), { graceful: 4, killed: 1 });

      expect(await counted.read()).toBe(sent);
      const versions = select(await stage.samples(), 'http_server_request_duration_seconds_count', { job: JOB });
      expect(new Set(versions.map(({ labels }) => labels['service_version']))).toEqual(new Set(['4.5.6']));
    },
  );
});
