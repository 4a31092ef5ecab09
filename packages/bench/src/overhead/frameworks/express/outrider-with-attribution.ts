import { outrider } from '@outrider/express';
import type { Express } from 'express';
import type { Variant } from '../../framework.ts';
import { recordedByOutrider } from '../../peers/outrider.ts';

/** Outrider that splits the time of every request, for its slow log. */
export function start(): Variant<Express> {
  return { install: (app) => app.use(outrider({ attribution: true })), recorded: recordedByOutrider };
}
