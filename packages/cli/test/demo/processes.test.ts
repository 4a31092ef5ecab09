import { describe, expect, it } from 'vitest';
import { Processes } from '../../src/demo/processes.ts';
import type { Program } from '../../src/demo/process.ts';
import { isRunning } from '../../src/demo/running.ts';

function program(name: string, script: string, more: Partial<Program> = {}): Program {
  return { name, command: process.execPath, args: ['-e', script], ...more };
}

const STAYS = 'console.log("up"); setInterval(() => {}, 1000);';

describe('Processes', () => {
  it('ends the last started first, each one gone before the next is asked', async () => {
    const processes = new Processes();
    const ended: string[] = [];
    for (const name of ['first', 'second', 'third']) {
      const child = await processes.start(
        // Takes its time, so that one that was asked too early would end too early.
        program(name, `process.on('SIGTERM', () => setTimeout(() => process.exit(), 50)); ${STAYS}`),
      );
      await child.line((line) => line === 'up' || undefined, 10_000);
      void child.exited.then(() => ended.push(name));
    }
    await processes.stop();
    expect(ended).toEqual(['third', 'second', 'first']);
  });

  it('kills what does not end when it is asked', { timeout: 20_000 }, async () => {
    const processes = new Processes();
    const child = await processes.start(program('deaf', `process.on('SIGTERM', () => {}); ${STAYS}`));
    await child.line((line) => line === 'up' || undefined, 10_000);
    await processes.stop();
    expect(await child.exited).toBe('SIGKILL');
  });

  it('ends everything at once with the signal of each', async () => {
    const processes = new Processes();
    const child = await processes.start(program('server', STAYS, { killSignal: 'SIGQUIT' }));
    processes.kill();
    expect(await child.exited).toBe('SIGQUIT');
  });

  it('tells of a child that ended by itself, with its last words', async () => {
    const processes = new Processes();
    await processes.start(program('The server', 'console.error("no space left"); process.exitCode = 3;'));
    expect((await processes.unexpectedEnd).message).toBe('The server ended by itself (code 3).\n  no space left');
  });

  it('starts nothing once it is being stopped', async () => {
    const processes = new Processes();
    const late = processes.start(program('late', STAYS));
    await processes.stop();
    const child = await late;
    await child.exited;
    expect(isRunning(child.pid)).toBe(false);
    await expect(processes.start(program('later', STAYS))).rejects.toThrow('being stopped');
  });

  it('says what cannot be started, and what fails', async () => {
    const processes = new Processes();
    await expect(processes.start({ name: 'The thing', command: '/no/such/thing', args: [] })).rejects.toThrow(
      'The thing cannot be started: spawn /no/such/thing ENOENT.',
    );
    await processes.run(program('good', ''));
    await expect(processes.run(program('bad', 'console.log("why"); process.exit(1);'))).rejects.toThrow(
      'bad failed (code 1).\n  why',
    );
  });

  it('waits for a line no longer than it is told, nor than the child lives', async () => {
    const processes = new Processes();
    const never = (): undefined => undefined;
    const child = await processes.start(program('silent', STAYS));
    await expect(child.line(never, 10)).rejects.toThrow('silent was not ready within 0.01 s.');
    const brief = await processes.start(program('brief', ''));
    await expect(brief.line(never, 10_000)).rejects.toThrow('brief ended by itself (code 0).');
    await processes.stop();
  });

  it('starts a child out of reach of the Ctrl-C in this terminal', async () => {
    const processes = new Processes();
    const child = await processes.start(program('apart', STAYS));
    // The child leads a process group of its own: a signal to that group finds it.
    expect(process.kill(-child.pid, 0)).toBe(true);
    await processes.stop();
  });
});
