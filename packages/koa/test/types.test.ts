import Router from '@koa/router';
import Koa from 'koa';
import { expectTypeOf, test } from 'vitest';
import { outrider } from '../src/index.ts';
import type { OutriderState } from '../src/index.ts';

interface State extends OutriderState {
  tenant?: string;
}

test('OutriderState types ctx.state', () => {
  const app = new Koa<OutriderState>();
  app.use(outrider());
  app.use(({ state }) => {
    expectTypeOf(state).toEqualTypeOf<OutriderState>();
    expectTypeOf(state.requestId).toBeString();
  });
});

test('with what is the application’s own, and in a router', () => {
  const router = new Router<State>().get('/', ({ state }) => {
    expectTypeOf(state.requestId).toBeString();
    expectTypeOf(state.tenant).toEqualTypeOf<string | undefined>();
  });
  new Koa<State>().use(outrider()).use(router.routes());
});
