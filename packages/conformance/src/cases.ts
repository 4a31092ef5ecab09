import type { Case } from './case.ts';
import { ANSWER_CASES } from './cases/answers.ts';
import { BODY_SIZE_CASES } from './cases/body-sizes.ts';
import { CONNECTION_CASES } from './cases/connections.ts';
import { ERROR_CASES } from './cases/errors.ts';
import { METHOD_CASES } from './cases/methods.ts';
import { OUTCOME_CASES } from './cases/outcomes.ts';
import { REQUEST_ID_CASES } from './cases/request-ids.ts';
import { ROUTE_CASES } from './cases/routes.ts';
import { STREAM_CASES } from './cases/streams.ts';
import { TARGET_CASES } from './cases/targets.ts';
import { UPGRADE_CASES } from './cases/upgrades.ts';
import { UPLOAD_CASES } from './cases/uploads.ts';

/** Cases about one thing. */
export interface Subject {
  readonly title: string;
  readonly cases: readonly Case[];
}

/** The cases, in the order they are shown. */
export const SUBJECTS: readonly Subject[] = [
  { title: 'Routes', cases: ROUTE_CASES },
  { title: 'Request targets', cases: TARGET_CASES },
  { title: 'Methods', cases: METHOD_CASES },
  { title: 'Errors', cases: ERROR_CASES },
  { title: 'Answers', cases: ANSWER_CASES },
  { title: 'Uploads', cases: UPLOAD_CASES },
  { title: 'Body sizes', cases: BODY_SIZE_CASES },
  { title: 'Outcomes', cases: OUTCOME_CASES },
  { title: 'Connections', cases: CONNECTION_CASES },
  { title: 'Streams', cases: STREAM_CASES },
  { title: 'Upgrades', cases: UPGRADE_CASES },
  { title: 'Request ids', cases: REQUEST_ID_CASES },
];
