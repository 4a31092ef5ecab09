import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@outrider/sidecar';
import type { SidecarConfig } from '@outrider/sidecar';

/**
 * Loads a configuration of an example. Its secrets are where they are once it is deployed; here they lie in a folder of
 * their own.
 *
 * @throws {OutriderError} as the sidecar would say it
 */
export function loadConfigText(text: string): SidecarConfig {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-config-'));
  try {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'a-secret-of-a-test-1234\n');
    const file = join(folder, 'outrider.yaml');
    writeFileSync(file, text.replaceAll(/\/run\/(?:secrets|credentials)\/\S+/g, secret));
    return loadConfig({ file });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
