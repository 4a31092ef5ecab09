import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import type { AnySchemaObject, ValidateFunction } from 'ajv';
import type { AnnotationQueryKind, PanelKind } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { SchemaGenerator, createFormatter, createParser, createProgram } from 'ts-json-schema-generator';
import type { CompletedConfig } from 'ts-json-schema-generator';
import { panelsOf } from './bundle.ts';
import type { Check } from './bundle.ts';

// Has what generated JSON is held against.
const config = {
  path: fileURLToPath(new URL('schema-types.ts', import.meta.url)),
  tsconfig: join(import.meta.dirname, '../../../../tsconfig.test.json'),
  // tsc does that: here it would take seconds.
  skipTypeCheck: true,
  additionalProperties: false,
  functions: 'hide',
  encodeRefs: false,
} as const;
// The generator's type has all settings; these are enough.
const completed = config as unknown as CompletedConfig;
const program = createProgram(completed);
const generator = new SchemaGenerator(program, createParser(program, completed), createFormatter(completed), completed);
const ajv = new Ajv({ allErrors: false, strict: false });
const validators = new Map<string, ValidateFunction>();

/** Dashboards of schema v1 are what Grafana's types say, down to the options of each kind of panel. */
export const schemaV1Holds: Check = ({ v1 }) =>
  v1.flatMap((dashboard) => [
    ...against('V1', dashboard, String(dashboard.uid)),
    ...panelsOf(dashboard).flatMap(({ title, type, options, fieldConfig, transformations = [] }) => [
      ...ofPanel(`${dashboard.uid} / ${title}`, type, options, fieldConfig),
      ...transformations.flatMap(({ id, options: how }) =>
        against('Transformations', { [id]: how as unknown }, `${dashboard.uid} / ${title}`),
      ),
    ]),
  ]);

/** The same for schema v2. */
export const schemaV2Holds: Check = ({ v2 }) =>
  v2.flatMap((resource) => {
    const uid = resource.metadata.name;
    const panels = Object.values(resource.spec.elements).filter(
      (element): element is PanelKind => element.kind === 'Panel',
    );
    return [
      ...against('V2', resource, uid),
      ...resource.spec.annotations.flatMap((annotation) => ofAnnotation(annotation, uid)),
      ...resource.spec.variables.flatMap((variable) =>
        variable.kind === 'QueryVariable' ? against('V2VariableQuery', variable.spec.query.spec, uid) : [],
      ),
      ...panels.flatMap(({ spec: { title, data, vizConfig } }) => [
        ...ofPanel(`${uid} / ${title}`, vizConfig.group, vizConfig.spec.options, vizConfig.spec.fieldConfig),
        ...data.spec.queries.flatMap(({ spec }) => against('V2Query', spec.query.spec, `${uid} / ${title}`)),
        ...data.spec.transformations.flatMap(({ group, spec }) =>
          against('Transformations', { [group]: spec.options as unknown }, `${uid} / ${title}`),
        ),
      ]),
    ];
  });

function ofAnnotation({ spec }: AnnotationQueryKind, uid: string): readonly string[] {
  if (spec.builtIn === true) return [];
  return [
    ...against('V2AnnotationQuery', spec.query.spec, `${uid} / ${spec.name}`),
    ...against('V2AnnotationOptions', spec.legacyOptions, `${uid} / ${spec.name}`),
  ];
}

interface Fields {
  readonly defaults: { readonly custom?: unknown };
  readonly overrides: ReadonlyArray<{
    readonly properties: ReadonlyArray<{ readonly id: string; readonly value?: unknown }>;
  }>;
}

const KINDS: Readonly<Record<string, string>> = {
  stat: 'Stat',
  timeseries: 'TimeSeries',
  table: 'Table',
  heatmap: 'Heatmap',
  text: 'Text',
};

function ofPanel(where: string, type: string, options: unknown, fieldConfig: Fields | undefined): readonly string[] {
  const kind = KINDS[type];
  if (kind === undefined) return [`${where}: no schema for panels of type ${type}`];
  const properties = (fieldConfig?.overrides ?? []).flatMap((override) => override.properties);
  return [
    ...against(kind, { options, custom: fieldConfig?.defaults.custom ?? {} }, where),
    ...properties.flatMap(({ id, value }) => {
      const [, custom] = /^custom\.(\w+)$/.exec(id) ?? [];
      if (custom === undefined) return against('Field', { [id]: value }, where);
      return against(`${kind}Custom`, { [custom]: value }, where);
    }),
  ];
}

function against(type: string, value: unknown, where: string): readonly string[] {
  let validate = validators.get(type);
  if (validate === undefined) {
    validate = ajv.compile(generator.createSchema(type) as AnySchemaObject);
    validators.set(type, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${where}: ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
