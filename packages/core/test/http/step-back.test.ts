import { metrics } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { StepBack } from '../../src/http/step-back.ts';

afterEach(() => metrics.disable());

/** A request whose server shows `emit`. */
function request(emit: unknown): IncomingMessage {
  return { httpVersionMajor: 1, socket: { server: { emit } } } as never;
}

test('one look is enough', () => {
  const stepBack = new StepBack(() => expect.unreachable());
  stepBack.look({ httpVersionMajor: 2 } as never);
  expect(stepBack.undecided).toBe(true);
  stepBack.look(request(() => true));
  expect(stepBack.undecided).toBe(false);
});

test('what throws in a look is not the matter of the request', () => {
  metrics.setGlobalMeterProvider({
    getMeter() {
      throw new Error('not yet');
    },
  });
  const stepBack = new StepBack(() => expect.unreachable());
  const incomingRequest = Object.assign(() => true, { __wrapped: true });
  stepBack.look(request(Object.defineProperty(incomingRequest, 'name', { value: 'incomingRequest' })));
  expect(stepBack.undecided).toBe(false);
});

test('never looks where it is told not to', () => {
  const stepBack = new StepBack(() => expect.unreachable());
  stepBack.never();
  expect(stepBack.undecided).toBe(false);
});
