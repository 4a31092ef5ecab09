import { ODD_BODIES } from './odd-bodies.ts';
import type { OddCase } from './odd-case.ts';
import { ODD_CONNECTIONS } from './odd-connections.ts';
import { ODD_HEADS } from './odd-heads.ts';
import { ODD_MISTAKES } from './odd-mistakes.ts';

/** What applications do with the raw response, in all the ways that may matter to the bytes. */
export const ODD_CASES: readonly OddCase[] = [...ODD_HEADS, ...ODD_BODIES, ...ODD_CONNECTIONS, ...ODD_MISTAKES];
