import { FieldType } from '@grafana/data';
import { BigValue } from '@grafana/ui';
import { Empty } from './empty.jsx';
import { configured, nameOf } from './fields.mjs';

const GAP = 4;

/** One figure, or a few side by side. */
export function Stat({ panel, answers, theme, width, height }) {
  const { options, fieldConfig } = panel;
  const figures = answers.flatMap(({ target, series }) =>
    series.map(({ labels, values }) => {
      const name = nameOf(target, labels);
      const field = configured({ name, values: values.map(([, value]) => value) }, fieldConfig, theme);
      const last = field.values.findLast((value) => !Number.isNaN(value)) ?? null;
      const time = { name: 'Time', type: FieldType.time, config: {}, values: values.map(([at]) => at * 1000) };
      return { name, last, field, time };
    }),
  );
  const text = fieldConfig.defaults.noValue;
  if (figures.length === 0) return <Empty {...{ width, height, theme, text }} />;
  const each = (width - GAP * (figures.length - 1)) / figures.length;
  return (
    <div style={{ display: 'flex', gap: GAP }}>
      {figures.map(({ name, last, field, time }, index) => (
        <BigValue
          key={index}
          theme={theme}
          width={each}
          height={height}
          value={{
            ...field.display(last),
            title: figures.length > 1 || options.textMode !== 'auto' ? name : undefined,
          }}
          sparkline={options.graphMode === 'none' ? undefined : { y: field, x: time }}
          colorMode={options.colorMode}
          graphMode={options.graphMode}
          justifyMode={options.justifyMode}
          textMode={options.textMode}
          count={figures.length}
        />
      ))}
    </div>
  );
}
