import { outrider } from '@outrider/koa';
import type Koa from 'koa';
import type { Variant } from '../../framework.ts';
import { recordedByOutrider } from '../../peers/outrider.ts';

/** Outrider with nothing but its defaults. */
export function start(): Variant<Koa> {
  return { install: (app) => app.use(outrider()), recorded: recordedByOutrider };
}
