import { startApplication } from './application.ts';
import type { Case } from './case.ts';
import { assertBalanced, assertNothingConcrete } from './expectations.ts';
import type { Framework } from './framework.ts';

/**
 * Runs a case on a fresh application, and checks what must hold at the end of each.
 *
 * @throws {Error} what the case, or a check at its end, found wrong
 */
export async function runCase(one: Case, framework: Framework): Promise<void> {
  const application = await startApplication(framework, one.options);
  try {
    await one.run(application, framework);
    await assertBalanced(application);
    assertNothingConcrete(application);
  } finally {
    await application.close();
  }
}
