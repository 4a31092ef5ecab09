import { select } from '../exposition.ts';
import type { Sample } from '../exposition.ts';
import type { Stage } from '../stage.ts';

/** A kind of server that is watched. */
export type System = 'redis' | 'postgresql' | 'pgbouncer' | 'memcached';

/** Whether nothing is told of a server but that it is not there: old figures would be taken for new ones. */
export async function isOut(stage: Stage, system: System): Promise<boolean> {
  const samples = await of(stage, system);
  return samples.length === 1 && samples[0]?.name === `${system}_up` && samples[0].value === 0;
}

/** Whether the figures of a server are told. */
export async function isBack(stage: Stage, system: System): Promise<boolean> {
  const samples = await of(stage, system);
  return samples.length > 1 && select(samples, `${system}_up`)[0]?.value === 1;
}

async function of(stage: Stage, system: System): Promise<Sample[]> {
  return (await stage.samples()).filter(({ name }) => name.startsWith(`${system}_`));
}
