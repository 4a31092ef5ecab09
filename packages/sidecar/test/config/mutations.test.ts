import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { OutriderError } from '@outrider/core/errors';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check-config.ts';
import { printConfig } from '../../src/config/print-config.ts';
import { loadConfig } from '../../src/config.ts';
import { settingKeys } from '../../src/config/settings.ts';
import { fullConfig, plantedSecrets, secretSources } from './full-config.ts';
import { mutations } from './mutations.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-mutations-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'outrider.yaml');
const env = secretSources(folder);
const seed = Number(process.env['SEED'] ?? 20_261_121);

// Of the file as a whole there is no key and no line.
const OF_THE_WHOLE =
  /it is not UTF-8|it has more than \d+ bytes|it holds no mapping|at line \d+, column \d+|in line \d+|: \w+ is not known; the nearest/;
const KEYS = [...settingKeys, 'otlp', 'metrics', 'log', 'limits'];

function leaked(text: string): string | undefined {
  return plantedSecrets.find((secret) => text.toLowerCase().includes(secret.toLowerCase()));
}

describe('500 spoilt files', () => {
  it(`are valid or refused in a line that names key or line and no secret (SEED=${seed})`, { timeout: 60_000 }, () => {
    writeFileSync(file, fullConfig(folder));
    loadConfig({ file, env });
    const ended = { valid: 0, refused: 0 };
    for (const { name, content, movesSecrets } of mutations(fullConfig(folder), { count: 500, seed })) {
      writeFileSync(file, content);
      const shown = `${name}:\n${String(content).slice(0, 4_000)}`;
      try {
        loadConfig({ file, env });
        ended.valid += 1;
        expect(leaked(JSON.stringify(checkConfig({ file, env }))), shown).toBeUndefined();
        if (!movesSecrets && !shown.includes('<secret>'))
          expect(leaked(printConfig({ file, env })), shown).toBeUndefined();
      } catch (error) {
        if (!(error instanceof OutriderError)) throw new Error(shown, { cause: error });
        ended.refused += 1;
        expect(error.code).toMatch(/^OUTRIDER_CONFIG(?:_FILE)?$/);
        expect(error.message, shown).toMatch(/^Configuration [^\n\p{Cc}]{1,1000}$/u);
        const named = KEYS.some((key) => error.message.includes(`: ${key}`)) || OF_THE_WHOLE.test(error.message);
        expect(named, `${error.message}\n${shown}`).toBe(true);
        expect(leaked(inspect(error, { depth: 9 })), shown).toBeUndefined();
      }
    }
    expect(Math.min(ended.valid, ended.refused), JSON.stringify(ended)).toBeGreaterThan(50);
  });
});
