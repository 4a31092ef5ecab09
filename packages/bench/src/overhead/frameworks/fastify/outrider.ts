import { outrider } from '@outrider/fastify';
import type { FastifyInstance } from 'fastify';
import type { Variant } from '../../framework.ts';
import { recordedByOutrider } from '../../peers/outrider.ts';

/** Outrider with nothing but its defaults. */
export function start(): Variant<FastifyInstance> {
  return { install: (app) => app.register(outrider), recorded: recordedByOutrider };
}
