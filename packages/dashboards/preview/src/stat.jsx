import { FieldType, VizOrientation, reduceField } from '@grafana/data';
import { BigValue, VizRepeater } from '@grafana/ui';
import { Empty } from './empty.jsx';
import { configured, nameOf } from './fields.mjs';

/** One figure, or a few: in as many rows as leave them the most room. */
export function Stat({ panel, answers, theme, width, height }) {
  const { options, fieldConfig } = panel;
  const [calc] = options.reduceOptions.calcs;
  const figures = answers.flatMap(({ target, series }) =>
    series.map(({ labels, values }) => {
      const name = nameOf(target, labels);
      const field = configured({ name, values: values.map(([, value]) => value) }, fieldConfig, theme);
      const figure = reduceField({ field, reducers: [calc] })[calc] ?? null;
      const time = { name: 'Time', type: FieldType.time, config: {}, values: values.map(([at]) => at * 1000) };
      return { name, figure, field, time };
    }),
  );
  const text = fieldConfig.defaults.noValue;
  if (figures.length === 0) return <Empty {...{ width, height, theme, text }} />;
  return (
    <VizRepeater
      getValues={() => figures}
      renderValue={({ value: { name, figure, field, time }, ...place }) => (
        <BigValue
          theme={theme}
          width={place.width}
          height={place.height}
          value={{
            ...field.display(figure),
            title: figures.length > 1 || options.textMode !== 'auto' ? name : undefined,
          }}
          sparkline={options.graphMode === 'none' ? undefined : { y: field, x: time }}
          colorMode={options.colorMode}
          graphMode={options.graphMode}
          justifyMode={options.justifyMode}
          textMode={options.textMode}
          count={figures.length}
        />
      )}
      width={width}
      height={height}
      source={answers}
      orientation={options.orientation ?? VizOrientation.Auto}
      itemSpacing={3}
      renderCounter={0}
      autoGrid
    />
  );
}
