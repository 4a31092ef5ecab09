import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { DemoError } from '../../src/demo/demo-error.ts';
import { freePorts } from '../../src/demo/ports.ts';

describe('freePorts', () => {
  it('puts different free ports in the place of 0, and keeps the others', async () => {
    const { fixed } = await freePorts({ fixed: 0 });
    const ports = await freePorts({ 'express-port': 0, 'koa-port': 0, 'metrics-port': fixed });
    expect(ports['metrics-port']).toBe(fixed);
    expect(new Set(Object.values(ports)).size).toBe(3);
    expect(Object.values(ports).every((port) => port > 0)).toBe(true);
  });

  it('leaves the ports free', async () => {
    const { port } = await freePorts({ port: 0 });
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  it('names the flag of a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(freePorts({ 'koa-port': port, 'express-port': 0 })).rejects.toThrow(
      new DemoError(`Port ${port} is in use: choose another with --koa-port, or 0 for any that is free.`),
    );
    server.close();
  });
});
