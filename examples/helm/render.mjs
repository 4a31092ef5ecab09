// Renders the charts of this folder with each file of values/, as golden files for the tests, which have no helm:
//   node examples/helm/render.mjs [path of helm]
// Each begins with the digest of what it was made of, so that a chart that was changed since is found out.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from './digest.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const [helm = 'helm'] = process.argv.slice(2);

// A chart is given what it depends on in charts/, which is not kept.
const work = mkdtempSync(join(tmpdir(), 'outrider-helm-'));
try {
  cpSync(join(FOLDER, 'outrider'), join(work, 'outrider'), { recursive: true });
  cpSync(join(FOLDER, 'shop'), join(work, 'shop'), { recursive: true });
  mkdirSync(join(work, 'shop', 'charts'), { recursive: true });
  cpSync(join(FOLDER, 'outrider'), join(work, 'shop', 'charts', 'outrider'), { recursive: true });
  for (const file of readdirSync(join(FOLDER, 'values'))) {
    const name = basename(file, '.yaml');
    const chart = join(work, name === 'shop' ? 'shop' : 'outrider');
    const values = join(FOLDER, 'values', file);
    execFileSync(helm, ['lint', '--strict', '--quiet', chart, '--values', values], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const release = name === 'shop' ? 'shop' : 'outrider';
    const rendered = execFileSync(
      helm,
      ['template', release, chart, '--namespace', 'shop', '--kube-version', '1.33.0', '--values', values],
      { encoding: 'utf8' },
    );
    writeFileSync(
      join(FOLDER, 'rendered', `${name}.golden`),
      `# helm template of ${digestOf(FOLDER, file)}\n${rendered}`,
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
