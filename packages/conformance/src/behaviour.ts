import { ANSWERS } from './behaviours/answers.ts';
import { CUT_OFFS } from './behaviours/cut-offs.ts';
import type { RawRoutes } from './behaviours/raw-handler.ts';
import { STREAMS } from './behaviours/streams.ts';
import { UPLOADS } from './behaviours/uploads.ts';

/** GET routes whose behaviour needs nothing of the framework but the raw response. */
export const RAW_ROUTES: RawRoutes = { ...ANSWERS, ...STREAMS, ...CUT_OFFS };

/** POST routes of the same kind; nothing has read the request's body before them. */
export const RAW_UPLOADS: RawRoutes = UPLOADS;
