import {
  FieldType,
  createDataFrame,
  getFieldDisplayName,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';

const { mergeTransformer, filterFieldsByNameTransformer, organizeFieldsTransformer } = standardTransformers;
standardTransformersRegistry.setInit(() =>
  [mergeTransformer, filterFieldsByNameTransformer, organizeFieldsTransformer].map((transformer) => ({
    id: transformer.id,
    name: transformer.name,
    transformation: () => transformer,
  })),
);

/** Joined, filtered and named by Grafana's own transformations, then sorted. */
export async function tableOf({ transformations, options }, answers) {
  const frames = answers
    .filter(({ series }) => series.length > 0)
    .map(({ target: { refId }, series }) => frameOf(answers.length === 1 ? 'Value' : `Value #${refId}`, series));
  const [joined] = await new Promise((resolve, reject) => {
    transformDataFrame(transformations, frames).subscribe({ next: resolve, error: reject });
  });
  const fields = joined?.fields ?? [];
  const [sort] = options.sortBy ?? [];
  const by = fields.find((field) => getFieldDisplayName(field) === sort?.displayName)?.values;
  const indices = Array.from({ length: fields[0]?.values.length ?? 0 }, (_, index) => index);
  const key = (index) => (typeof by?.[index] === 'number' && !Number.isNaN(by[index]) ? by[index] : -Infinity);
  if (by !== undefined) indices.sort((left, right) => (key(right) - key(left)) * (sort.desc ? 1 : -1));
  return fields.map((field) => ({
    name: getFieldDisplayName(field),
    type: field.type,
    values: indices.map((index) => field.values[index] ?? null),
  }));
}

/** As Grafana makes it of the answer to an instant query. */
function frameOf(name, series) {
  const labels = [...new Set(series.flatMap((each) => Object.keys(each.labels)))];
  return createDataFrame({
    fields: [
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        config: {},
        values: series.map((each) => each.labels[label] ?? ''),
      })),
      { name, type: FieldType.number, config: {}, values: series.map(({ values }) => values.at(-1)[1]) },
    ],
  });
}
