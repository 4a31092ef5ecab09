import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfigText } from './config-text.ts';
import { REPOSITORY } from './image-tree.ts';
import { manifestsOf, problemsOf } from './kubernetes-schema.ts';
import type { Container } from './kubernetes-schema.ts';
import { expectConfined, expectMounted, podsOf } from './pods.ts';

const FOLDER = join(REPOSITORY, 'examples/kubernetes');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');

describe.each(FILES)('%s', (file) => {
  const manifests = manifestsOf(readFileSync(join(FOLDER, file), 'utf8'));

  it('is what the schemas say, without a field that they do not know', () => {
    expect(manifests.flatMap(problemsOf)).toEqual([]);
  });

  it('has no container with more rights or less limits than it says, nor a mount that is no volume', () => {
    for (const pod of podsOf(manifests)) {
      expectConfined(pod);
      expectMounted(pod);
    }
  });

  it('configures a sidecar that starts', () => {
    for (const { data = {} } of manifests) {
      for (const text of Object.values(data)) expect(() => loadConfigText(text)).not.toThrow();
    }
  });
});

describe('the deployment', () => {
  const [manifest] = manifestsOf(readFileSync(join(FOLDER, 'deployment.yaml'), 'utf8'));
  const [pod] = podsOf(manifest === undefined ? [] : [manifest]);

  it('has a native sidecar that shares its socket with the application', () => {
    const [sidecar] = pod?.initContainers ?? [];
    const [application] = pod?.containers ?? [];
    expect(sidecar?.restartPolicy).toBe('Always');
    const socket = application?.env?.find(({ name }) => name === 'OUTRIDER_SOCKET')?.value ?? '';
    const folderOf = (container: Container | undefined): string | undefined =>
      container?.volumeMounts?.find(({ name }) => name === 'outrider-socket')?.mountPath;
    expect(folderOf(sidecar)).toBe('/run/outrider');
    expect(folderOf(application)).toBe('/run/outrider');
    expect(socket).toBe('/run/outrider/otlp.sock');
  });

  it('lets Prometheus in by a number, since not every network plugin looks for names among init containers', () => {
    const [policy] = manifestsOf(readFileSync(join(FOLDER, 'networkpolicy.yaml'), 'utf8'));
    expect(policy?.spec).toMatchObject({ ingress: [{}, { ports: [{ port: 9464 }] }] });
  });

  it('is refused with a field that is misspelt, and with one of the wrong type', () => {
    const text = readFileSync(join(FOLDER, 'deployment.yaml'), 'utf8');
    const misspelt = manifestsOf(text.replace('startupProbe:', 'startUpProbe:')).flatMap(problemsOf);
    expect(misspelt.some((problem) => problem.includes('initContainers/0/startUpProbe is not known'))).toBe(true);
    const wrong = manifestsOf(text.replace('replicas: 2', 'replicas: two')).flatMap(problemsOf);
    expect(wrong).toHaveLength(1);
  });
});
