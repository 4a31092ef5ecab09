// A sidecar in a process of its own, so that its end would be seen and its memory can be measured.
import { loadConfig } from '../../src/config.ts';
import { keepMemorySmall } from '../../src/keep-memory-small.ts';
import { startSidecar } from '../../src/sidecar.ts';

const collectGarbage = keepMemorySmall();
const flags = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, string>>;
const sidecar = await startSidecar(loadConfig({ flags }), {
  collectGarbage,
  log: (level, message, fields) => {
    if (level === 'error') process.send?.({ error: `${message} ${JSON.stringify(fields)}` });
  },
});
process.send?.({ addresses: sidecar.addresses });
process.on('disconnect', () => process.exit());
