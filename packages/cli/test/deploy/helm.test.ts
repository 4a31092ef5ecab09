import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { digestOf } from '../../../../examples/helm/digest.ts';
import { loadConfigText } from './config-text.ts';
import { REPOSITORY } from './image-tree.ts';
import { manifestsOf, problemsOf } from './kubernetes-schema.ts';
import { expectConfined, expectMounted, mountPathsOf, podsOf } from './pods.ts';

const FOLDER = join(REPOSITORY, 'examples/helm');
const FILES = readdirSync(join(FOLDER, 'values'));

/** The values that a chart is given: those of a file, on top of its own at the first level. */
function valuesOf(file: string): Record<string, unknown> {
  const own = parse(readFileSync(join(FOLDER, 'outrider/values.yaml'), 'utf8')) as Record<string, unknown>;
  const given = parse(readFileSync(join(FOLDER, 'values', file), 'utf8')) as Record<string, unknown>;
  return { ...own, ...given };
}

describe.each(FILES)('the chart with values/%s', (file) => {
  const rendered = readFileSync(join(FOLDER, 'rendered', file.replace('.yaml', '.golden')), 'utf8');

  it('is rendered anew whenever it changes: node examples/helm/render.mjs', () => {
    expect(rendered.slice(0, rendered.indexOf('\n'))).toBe(`# helm template of ${digestOf(FOLDER, file)}`);
  });

  it('gives manifests that the schemas know', () => {
    const manifests = manifestsOf(rendered);
    expect(manifests.length).toBeGreaterThan(1);
    expect(manifests.flatMap(problemsOf)).toEqual([]);
  });

  it('has no container with more rights or less limits than it says, nor a mount that is no volume', () => {
    for (const pod of podsOf(manifestsOf(rendered))) {
      expectConfined(pod);
      expectMounted(pod);
    }
  });

  it('configures a sidecar that starts, with secrets that are mounted', () => {
    const configs = manifestsOf(rendered).flatMap(({ data = {} }) => Object.values(data));
    expect(configs).toHaveLength(1);
    for (const config of configs) expect(() => loadConfigText(config)).not.toThrow();
    const files = configs.flatMap((config) => config.match(/\/run\/secrets\/\S+/g) ?? []);
    const mounts = podsOf(manifestsOf(rendered)).flatMap(mountPathsOf);
    for (const path of files) expect(mounts).toContain(dirname(path));
  });
});

describe('values.schema.json', () => {
  const schema = JSON.parse(readFileSync(join(FOLDER, 'outrider/values.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allErrors: true }).compile(schema);

  it.each(FILES)('takes values/%s', (file) => {
    expect([validate(valuesOf(file)), validate.errors]).toEqual([true, null]);
  });

  it.each([{ kind: 'daemonset' }, { replica: 2 }, { image: { repository: '' } }, { token: {} }, { stateSize: '1 GB' }])(
    'refuses %j',
    (wrong) => {
      expect(validate({ ...valuesOf('default.yaml'), ...wrong })).toBe(false);
    },
  );

  it('knows every value that the chart has, and describes no other', () => {
    const { properties } = schema as { readonly properties: object };
    const known = Object.keys(properties).filter((key) => key !== 'global');
    expect(known.toSorted()).toEqual(Object.keys(valuesOf('default.yaml')).toSorted());
  });
});
