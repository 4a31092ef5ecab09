import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordedTree } from '../../../sidecar/test/fixtures/recorded-tree.ts';
import { demoEnvironment } from '../../src/demo/environment.ts';
import { select, total } from './exposition.ts';
import type { Sample } from './exposition.ts';
import { LIMITED, LimitedCgroup, whyNoCgroups } from './limited-cgroup.ts';
import type { Limits } from './limited-cgroup.ts';
import { Stage } from './stage.ts';

const MIB = 2 ** 20;
const CPUS = 0.2;
/** Of 100 ms each. */
const OBSERVED_PERIODS = 50;
const POLL = { timeout: 40_000, interval: 100 };

const LIMIT = 'container_cpu_limit';
const PERIODS = 'container_cpu_periods_total';
const THROTTLED = 'container_cpu_throttled_time_seconds_total';
const CPU_TIME = 'container_cpu_time_seconds_total';
const HOST_CPU_TIME = 'system_cpu_time_seconds_total';
const MEMORY_LIMIT = 'container_memory_limit_bytes';
const OOM_KILLS = 'container_memory_oom_kills_total';
const PRESSURE = 'system_linux_pressure_stall_time_seconds_total';

// Where this machine allows no cgroups, the tests of recorded trees below are all there is; the report says so.
const reason = await whyNoCgroups();

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(() => stage.close());

describe.skipIf(reason !== undefined)(
  `in cgroups of this machine${reason === undefined ? '' : `, which has only recorded trees for it: ${reason}`}`,
  () => {
    const cgroups: LimitedCgroup[] = [];

    // Hooks run in the reverse order, but a cgroup can go only after its processes.
    afterEach(async () => {
      await stage.close();
      await Promise.all(cgroups.splice(0).map((cgroup) => cgroup.remove()));
    });

    it('a busy loop is throttled, and shows it where the host looks idle', { timeout: 90_000 }, async () => {
      await stage.startSidecar();
      const { service } = await stage.startApplication('express', { ...joining({ cpus: CPUS }), BUSY: 'yes' });
      const job = { job: service };
      const throttledPeriods = (samples: readonly Sample[]): number =>
        total(samples, PERIODS, { ...job, throttled: 'true' });

      const before = await samplesWhen((samples) => throttledPeriods(samples) > 0);
      const enough = throttledPeriods(before) + OBSERVED_PERIODS;
      const after = await samplesWhen((samples) => throttledPeriods(samples) >= enough);

      expect(total(after, LIMIT, job)).toBe(CPUS);
      const passed = (name: string, labels = {}): number => total(after, name, labels) - total(before, name, labels);
      // It wants all of the time and gets a fifth: it is held back in nearly every period, for the rest of it. Where
      // others want the CPUs as well, the fifth takes it longer and the rest is shorter.
      expect(passed(PERIODS, { ...job, throttled: 'true' }) / passed(PERIODS, job)).toBeGreaterThan(0.5);
      expect(passed(THROTTLED, job)).toBeGreaterThan(OBSERVED_PERIODS * 0.1 * 0.1);
      // The host's CPU time of all modes is what there was of it. Host and application are read at different moments.
      const share = passed(CPU_TIME, job) / passed(HOST_CPU_TIME);
      const cpus = passed(HOST_CPU_TIME) / (passed(PERIODS, job) * 0.1);
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan((2 * CPUS) / Math.max(1, Math.floor(cpus)));
    });

    it('a limit of memory is its own, and whoever is killed for it is counted', { timeout: 90_000 }, async () => {
      await stage.startSidecar();
      const limits = { memoryBytes: 256 * MIB };
      const environment = joining(limits);
      const application = await stage.startApplication('express', environment);
      const job = { job: application.service };

      const before = await samplesWhen((samples) => select(samples, MEMORY_LIMIT, job).length > 0);
      expect(total(before, MEMORY_LIMIT, job)).toBe(limits.memoryBytes);
      expect(total(before, MEMORY_LIMIT, job)).toBeLessThan(total(before, 'system_memory_limit_bytes'));
      expect(total(before, 'container_memory_working_set_bytes', job)).toBeGreaterThan(0);
      expect(total(before, 'container_memory_usage_bytes', job)).toBeLessThanOrEqual(limits.memoryBytes);
      expect(select(before, OOM_KILLS, job).map(({ value }) => value)).toEqual([0]);

      expect(await endOfGlutton(environment)).toBe('SIGKILL');
      await expect.poll(async () => total(await stage.samples(), OOM_KILLS, job), POLL).toBe(1);
      expect(application.running).toBe(true);
    });

    it('the sidecar shows its own cgroup and, with version 2, its pressure', { timeout: 90_000 }, async () => {
      const cgroup = make({ cpus: 0.5, memoryBytes: 256 * MIB });
      const own = { CGROUP_PROCS: cgroup.environment.CGROUP_PROCS };
      await stage.startSidecar({ nodeArgs: ['--import', LIMITED], env: demoEnvironment(own) });
      const before = await stage.samples();
      expect(total(before, LIMIT)).toBe(0.5);
      expect(total(before, MEMORY_LIMIT)).toBe(256 * MIB);

      const application = await stage.startApplication('express', { ...loading(cgroup), BUSY: 'yes' });
      const alone = (samples: readonly Sample[]): Sample[] => samples.filter(({ labels }) => !('job' in labels));
      await expect
        .poll(async () => total(alone(await stage.samples()), PERIODS, { throttled: 'true' }), POLL)
        .toBeGreaterThan(total(alone(before), PERIODS, { throttled: 'true' }));
      const pressure = { resource: 'cpu', kind: 'some', scope: 'cgroup' };
      if (cgroup.hasPressure) {
        await expect
          .poll(async () => total(await stage.samples(), PRESSURE, pressure), POLL)
          .toBeGreaterThan(total(before, PRESSURE, pressure) + 0.5);
      } else {
        expect(select(before, PRESSURE, pressure)).toEqual([]);
      }
      expect(application.running).toBe(true);
    });

    function make(limits: Limits): LimitedCgroup {
      const cgroup = LimitedCgroup.make(limits);
      cgroups.push(cgroup);
      return cgroup;
    }

    function joining(limits: Limits): NodeJS.ProcessEnv {
      return loading(make(limits));
    }
  },
);

describe('in a recorded tree', () => {
  it.each([
    ['linux-6.1-v2-service', 96 * MIB, 190],
    ['linux-6.1-v1-container', 96 * MIB, 172],
    ['linux-6.18-v1-service', 128 * MIB, 24],
  ])('%s: the limits, the throttling, who was killed, and the pressure', async (name, memoryBytes, throttled) => {
    using tree = new RecordedTree(name);
    const { procRoot, sysRoot } = tree.context;
    await stage.startSidecar({ args: ['--proc-root', procRoot, '--sys-root', sysRoot] });
    const samples = await stage.samples();
    expect(total(samples, LIMIT)).toBe(CPUS);
    expect(total(samples, MEMORY_LIMIT)).toBe(memoryBytes);
    expect(total(samples, PERIODS, { throttled: 'true' })).toBe(throttled);
    expect(total(samples, THROTTLED)).toBeGreaterThan(1);
    expect(total(samples, OOM_KILLS)).toBe(1);
    const pressure = (scope: string): number => select(samples, PRESSURE, { scope }).length;
    expect([pressure('host'), pressure('cgroup')]).toEqual([5, 6]);
  });
});

async function samplesWhen(enough: (samples: readonly Sample[]) => boolean): Promise<Sample[]> {
  let samples: Sample[] = [];
  const look = async (): Promise<boolean> => {
    samples = await stage.samples();
    return enough(samples);
  };
  await expect.poll(look, POLL).toBe(true);
  return samples;
}

/** The environment of a program that is to run in a cgroup. */
function loading(cgroup: LimitedCgroup): NodeJS.ProcessEnv {
  return { ...cgroup.environment, NODE_OPTIONS: `--import=${LIMITED}` };
}

/** How a program ends that takes all the memory it can; it is the one that the kernel is to kill. */
async function endOfGlutton(environment: NodeJS.ProcessEnv): Promise<string> {
  const program = `
    require('node:fs').writeFileSync('/proc/self/oom_score_adj', '1000');
    for (const held = []; held.length < 64; ) held.push(Buffer.alloc(${16 * MIB}, 1));
  `;
  const child = spawn(process.execPath, ['--eval', program], { env: demoEnvironment(environment), stdio: 'ignore' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal ?? `code ${code}`;
}
