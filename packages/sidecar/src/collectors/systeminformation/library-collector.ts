import type { Collection, Collector, CollectorFactory, Pace } from '../collector.ts';
import { openLibrary } from './library.ts';
import type { Library } from './library.ts';

// A question starts up to a dozen commands, on Windows a PowerShell for each.
const PACE: Pace = { intervalMs: 30_000, deadlineMs: 10_000 };

/** A collector that asks systeminformation, every 30 seconds. */
export function libraryCollector(collect: (library: Library) => Promise<Collection>): CollectorFactory {
  return (): Collector => {
    const library = openLibrary();
    return { pace: PACE, collect: () => collect(library), close: () => library.close() };
  };
}
