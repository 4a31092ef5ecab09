import { outrider } from '@outrider/express';
import type { Express } from 'express';
import type { Variant } from '../../framework.ts';
import { recordedByOutrider } from '../../peers/outrider.ts';

/** Outrider with nothing but its defaults: both headers, all metrics, the slow log, the push. */
export function start(): Variant<Express> {
  return { install: (app) => app.use(outrider()), recorded: recordedByOutrider };
}
