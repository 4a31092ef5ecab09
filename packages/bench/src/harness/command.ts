/**
 * Runs a benchmark as a command: prints what it answers, or the reason on stderr and ends with code 1. The processes that
 * it started end when this one does.
 */
export async function runCommand(measure: (parameters: readonly string[]) => Promise<string>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  try {
    process.stdout.write(await measure(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

/** Says on stderr how far a benchmark is. */
export function reportRound(round: number, rounds: number, what = ''): void {
  process.stderr.write(`${what === '' ? '' : `${what}: `}round ${round} of ${rounds}\n`);
}
