import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfigText } from './config-text.ts';
import { stagesOf } from './dockerfile.ts';
import type { DockerStage } from './dockerfile.ts';
import { COMMAND, REPOSITORY } from './image-tree.ts';

const FOLDER = join(REPOSITORY, 'examples/docker');

describe.each(['Dockerfile', 'shop-express.Dockerfile'])('%s', (file) => {
  const stages = stagesOf(readFileSync(join(FOLDER, file), 'utf8'));
  const [build, image] = stages as [DockerStage, DockerStage];

  it('builds in one stage and leaves only its outcome in another, without a shell', () => {
    expect(stages).toHaveLength(2);
    expect(build).toMatchObject({ image: expect.stringMatching(/^node:\d+\.\d+\.\d+-/), as: 'build' });
    expect(image.image).toMatch(/^gcr\.io\/distroless\/nodejs24-debian12:nonroot$/);
    expect(valuesOf(image, 'RUN')).toEqual([]);
  });

  it('runs as a user with a number, and is not started by a shell', () => {
    expect(valuesOf(image, 'USER')).toEqual(['65532:65532']);
    for (const name of ['ENTRYPOINT', 'CMD']) {
      for (const value of valuesOf(image, name)) expect(JSON.parse(value)).toBeInstanceOf(Array);
    }
    for (const value of valuesOf(image, 'HEALTHCHECK')) {
      expect(JSON.parse(value.slice(value.indexOf('CMD ') + 4))).toBeInstanceOf(Array);
    }
  });

  it('takes nothing from the network but packages of the lock file, and copies only what is there', () => {
    const all = stages.flatMap(({ instructions }) => instructions);
    expect(all.filter(({ name }) => name === 'ADD')).toEqual([]);
    const installs = valuesOf(build, 'RUN').filter((command) => /\b(?:npm|npx|curl|wget|apt-get)\b/.test(command));
    expect(installs).toEqual([
      'npm ci --ignore-scripts --no-audit --no-fund',
      expect.stringMatching(/^npx --no-install tsc -b \S+$/),
    ]);
    const copied = valuesOf(image, 'COPY').filter((value) => !value.includes('--from='));
    for (const value of copied) expect(existsSync(join(REPOSITORY, value.split(' ')[0] ?? ''))).toBe(true);
    const made = valuesOf(build, 'RUN').join(' ');
    for (const value of valuesOf(image, 'COPY').filter((copy) => copy.includes('--from='))) {
      expect(made).toContain(/ (\/image\/\S+) /.exec(` ${value}`)?.[1]);
    }
  });

  it('keeps what is no source out of the build', () => {
    const ignored = readFileSync(join(FOLDER, `${file}.dockerignore`), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '**/secrets', '.git']));
  });
});

describe('the image of the sidecar', () => {
  const [, image] = stagesOf(readFileSync(join(FOLDER, 'Dockerfile'), 'utf8')) as [DockerStage, DockerStage];

  it('starts the command that is in it, and is asked by the same one how it is', () => {
    const command = ['/nodejs/bin/node', `/app/${COMMAND}`];
    expect(JSON.parse(valuesOf(image, 'ENTRYPOINT')[0] ?? '')).toEqual(command);
    const [health = ''] = valuesOf(image, 'HEALTHCHECK');
    expect(JSON.parse(health.slice(health.indexOf('CMD ') + 4))).toEqual([
      ...command,
      'sidecar',
      '--health',
      '--config',
      '/etc/outrider/outrider.yaml',
    ]);
  });

  it('lets others in only with a token', () => {
    const text = readFileSync(join(FOLDER, 'outrider.yaml'), 'utf8');
    expect(loadConfigText(text)).toMatchObject({ metrics: { listen: { host: '0.0.0.0' } } });
    expect(() => loadConfigText(text.replace(/^tokenFile.*\n/m, ''))).toThrow(/token/i);
  });
});

function valuesOf({ instructions }: DockerStage, wanted: string): string[] {
  return instructions.flatMap(({ name, value }) => (name === wanted ? [value] : []));
}
