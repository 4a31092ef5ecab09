import { setTimeout as delay } from 'node:timers/promises';
import type { GuardianMessage } from './guardian.ts';
import { isRunning } from './running.ts';
import { removeTemporaryFolder } from './temporary-folder.ts';

const GRACE_MS = 5000;
const STEP_MS = 25;

const [folder] = process.argv.slice(2);
const watched = new Map<number, NodeJS.Signals>();

// Only the end of the demo ends the guardian.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.on('message', (message: GuardianMessage) => {
  if ('watch' in message) watched.set(message.watch, message.signal);
  else watched.delete(message.forget);
});

process.on('disconnect', () => {
  void cleanUp();
});

async function cleanUp(): Promise<void> {
  for (const [pid, signal] of [...watched].toReversed()) {
    if (await ends(pid, signal)) continue;
    await ends(pid, 'SIGKILL');
  }
  if (folder !== undefined) removeTemporaryFolder(folder);
}

async function ends(pid: number, signal: NodeJS.Signals): Promise<boolean> {
  if (!isRunning(pid)) return true;
  process.kill(pid, signal);
  for (let waited = 0; waited < GRACE_MS; waited += STEP_MS) {
    if (!isRunning(pid)) return true;
    await delay(STEP_MS);
  }
  return false;
}
