// Run by registry.test.ts as a process of its own: collects many times with every collector of Linux, and prints what
// that started and loaded.
import { readFileSync, readdirSync } from 'node:fs';
import { collectorsFor } from '../../src/collectors/registry.ts';

const BATCHES = 10;
const ROUNDS = 5;

const context = { procRoot: '/proc', sysRoot: '/sys', clock: () => performance.now() };
const collectors = Object.values(collectorsFor('linux')).map((factory) => factory(context));
const { signal } = new AbortController();

const children = new Set<string>();

function noteChildren(): void {
  for (const thread of readdirSync('/proc/self/task')) {
    for (const child of readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ')) {
      if (child !== '') children.add(child);
    }
  }
}

/** Processes and threads started on the whole machine since boot. */
function forks(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
}

async function collect(): Promise<void> {
  for (const collector of collectors) {
    const collecting = collector.collect(signal);
    noteChildren();
    await collecting;
    noteChildren();
  }
}

// The first collection waits for a second reading and starts the threads that ask file systems.
await collect();

const batches: number[] = [];
for (let batch = 0; batch < BATCHES; batch += 1) {
  const before = forks();
  for (let round = 0; round < ROUNDS; round += 1) await collect();
  batches.push(forks() - before);
}

// Not in the types: the built-in modules that Node.js has loaded so far.
const builtins: unknown = Reflect.get(process, 'moduleLoadList');

process.stdout.write(
  JSON.stringify({
    rounds: ROUNDS,
    children: [...children],
    fewestForks: Math.min(...batches),
    childProcess: Array.isArray(builtins) && builtins.includes('NativeModule child_process'),
  }),
);
