import type { Framework } from '../framework.ts';
import { express } from './express/index.ts';
import { fastify } from './fastify/index.ts';
import { h2c } from './h2c/index.ts';
import { hono } from './hono/index.ts';
import { koa } from './koa/index.ts';
import { node } from './node/index.ts';

/** The name of a framework on the command line. */
export type FrameworkName = 'express' | 'koa' | 'fastify' | 'hono' | 'node' | 'h2c';

/** Every framework by its name. */
export const frameworks: Readonly<Record<FrameworkName, Framework>> = { express, koa, fastify, hono, node, h2c };

/** The names of all frameworks. */
export const frameworkNames: readonly FrameworkName[] = Object.keys(frameworks) as FrameworkName[];

/** Whether a text is the name of a framework. */
export function isFrameworkName(text: string): text is FrameworkName {
  return Object.hasOwn(frameworks, text);
}
