import { FieldType, formattedValueToString } from '@grafana/data';
import { Empty } from './empty.jsx';
import { configured } from './fields.mjs';

/** Rows of instant queries joined by their labels. */
export function TableView({ panel, table, theme, width, height }) {
  const columns = table.map(({ name, type, values }) => ({
    title: name,
    type,
    field: configured({ name, values, type }, panel.fieldConfig, theme),
  }));
  const rows = columns[0]?.field.values ?? [];
  if (rows.length === 0) return <Empty {...{ width, height, theme, text: panel.fieldConfig.defaults.noValue }} />;
  const line = `1px solid ${theme.colors.border.weak}`;
  const cell = (type) => ({
    padding: '4px 8px',
    textAlign: type === FieldType.number ? 'right' : 'left',
    borderBottom: line,
  });
  return (
    <div style={{ width, height, overflow: 'hidden' }}>
      <table style={{ width: '100%', borderCollapse: 'collapse', fontSize: 13 }}>
        <thead>
          <tr>
            {columns.map(({ title, type }) => (
              <th key={title} style={{ ...cell(type), color: theme.colors.text.link }}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((_, index) => (
            <tr key={index}>
              {columns.map(({ title, type, field }) => {
                const shown = field.display(field.values[index]);
                const coloured = field.config.custom.cellOptions?.type === 'color-text';
                return (
                  <td key={title} style={{ ...cell(type), color: coloured ? shown.color : undefined }}>
                    {formattedValueToString(shown)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
