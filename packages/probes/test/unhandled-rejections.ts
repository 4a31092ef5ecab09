import { setImmediate as turn } from 'node:timers/promises';

/** The rejections that nobody handled while this ran, and in the turns of the event loop after it. */
export async function rejectionsDuring(run: () => void): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => seen.push(reason));
  try {
    run();
    await turn();
    await turn();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  }
  return seen;
}
