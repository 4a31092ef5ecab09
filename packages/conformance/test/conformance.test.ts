import { afterEach, describe, test } from 'vitest';
import { CASES, FRAMEWORKS, startApplication } from '../src/index.ts';
import type { Application } from '../src/index.ts';

describe.each(FRAMEWORKS)('$name', (framework) => {
  let application: Application | undefined;

  afterEach(async () => {
    await application?.close();
    application = undefined;
  });

  test.each(CASES)('$name', async ({ run }) => {
    application = await startApplication(framework);
    await run(application);
  });
});
