import { describe, expect, it } from 'vitest';
import { demoEnvironment } from '../../src/demo/environment.ts';

const OWN = {
  PATH: '/bin',
  PGSSLMODE: 'require',
  OTEL_SDK_DISABLED: 'true',
  OUTRIDER_SOCKET: '/elsewhere',
  NODE_OPTIONS: '--inspect',
};

describe('demoEnvironment', () => {
  it('leaves out what is meant for other services', () => {
    expect(demoEnvironment({ OUTRIDER_SOCKET: '/demo' }, OWN)).toEqual({ PATH: '/bin', OUTRIDER_SOCKET: '/demo' });
  });

  it('keeps how to reach the database that the reader named', () => {
    const DATABASE_URL = 'postgresql:///shop';
    const kept = demoEnvironment({}, { ...OWN, DATABASE_URL });
    expect(kept).toMatchObject({ PGSSLMODE: 'require', DATABASE_URL });
    expect(kept).not.toHaveProperty('OTEL_SDK_DISABLED');
  });
});
