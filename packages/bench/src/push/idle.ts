import { setTimeout as sleep } from 'node:timers/promises';
import { createTypedArrays } from '../subjects/typed-arrays.ts';
import type { SeriesKey } from '../subjects/series.ts';
import type { Subject } from '../subjects/subject.ts';

/** The name of what pushes nothing: it shows what the machine itself does to the event loop. */
export const IDLE = 'nothing';

/** As long as a push may take, or so. */
const IDLE_MS = 5;

/** Records, and pushes nothing. */
export function createIdle(keys: readonly SeriesKey[]): Subject {
  return { ...createTypedArrays(keys), read: () => sleep(IDLE_MS) };
}
