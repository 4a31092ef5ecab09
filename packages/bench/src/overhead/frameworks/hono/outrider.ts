import type { Hono } from 'hono';
import { outrider } from '@outrider/hono';
import type { Variant } from '../../framework.ts';
import { recordedByOutrider } from '../../peers/outrider.ts';

/** Outrider with nothing but its defaults. */
export function start(): Variant<Hono> {
  return { install: (app) => app.use(outrider()), recorded: recordedByOutrider };
}
