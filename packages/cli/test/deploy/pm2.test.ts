import { copyFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { freePorts } from '../../src/demo/ports.ts';
import { eventually } from '../acceptance/eventually.ts';
import { Pm2, deploy } from '../acceptance/pm2.ts';
import { Stage } from '../acceptance/stage.ts';
import { RequestCount, pushing, pushingTo, sendEach } from '../acceptance/workers.ts';
import { REPOSITORY } from './image-tree.ts';

const JOB = 'deployed-pm2';

let stage: Stage;
let pm2: Pm2;
let port: number;

beforeEach(async () => {
  stage = await Stage.open();
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

it('the ecosystem file starts both, and totals outlive a restart of the sidecar', { timeout: 60_000 }, async () => {
  const folder = dirname(await deploy(stage.folder, JOB, 'pm2-app.mjs'));
  const ecosystem = join(folder, 'ecosystem.config.cjs');
  await copyFile(join(REPOSITORY, 'examples/pm2/ecosystem.config.cjs'), ecosystem);
  await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  const config = {
    interval: '1s',
    otlp: { listen: `127.0.0.1:${stage.ports.otlp}`, socket: join(stage.folder, 'otlp.sock') },
    metrics: { listen: `127.0.0.1:${stage.ports.metrics}` },
  };
  await writeFile(join(folder, 'outrider.yaml'), stringify(config));
  const answers = (): Promise<boolean> =>
    stage.get('readyz').then(
      ({ ok }) => ok,
      () => false,
    );

  await pm2.run('start', ecosystem);
  await eventually(answers, true);
  expect(pm2.workers).toHaveLength(3);
  await pushing(stage, 2);
  const counted = new RequestCount(stage, JOB);
  await sendEach(port, '/items/1', 100);
  await counted.reach(100);

  await pm2.run('restart', 'outrider');
  await eventually(answers, true);
  await sendEach(port, '/items/1', 50);
  await counted.reach(150);
});
