// What a thread of the pool does: files, and host names.
const HELD_BY_THREAD = /^(?:FSReq|GetAddrInfo)/;

/**
 * Ends this process with a code, also while a thread hangs in the kernel (a dead mount, a reading of lxcfs).
 * `process.exit()` would wait for that thread, so the process becomes another program, which takes the thread's end
 * with it, and then ends. A signal would tell no code, and the first process of a container cannot send itself one.
 */
export function endProcess(code: number): never {
  const hangs =
    process.platform !== 'win32' && process.getActiveResourcesInfo().some((one) => HELD_BY_THREAD.test(one));
  if (hangs) {
    const program = [process.execPath, '--eval', `process.exitCode = ${code}`];
    process.execve?.(process.execPath, program, { ...process.env, NODE_OPTIONS: '' });
  }
  process.exit(code);
}
