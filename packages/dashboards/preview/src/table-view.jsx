import { FieldType, formattedValueToString } from '@grafana/data';
import { Empty } from './empty.jsx';
import { configured } from './fields.mjs';

/** Rows of instant queries joined by their labels: what Grafana's transformations merge, filter and organize give. */
export function TableView({ panel, answers, theme, width, height }) {
  const rows = sorted(rowsOf(answers), panel);
  if (rows.length === 0) return <Empty {...{ width, height, theme }} />;
  const columns = columnsOf(panel).map((column) => {
    const values = rows.map((row) => row[column.of]);
    const type = values.some((value) => typeof value === 'number') ? FieldType.number : FieldType.string;
    return { ...column, type, field: configured({ name: column.title, values, type }, panel.fieldConfig, theme) };
  });
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
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ title, of, type, field }) => {
                const shown = field.display(row[of] ?? null);
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

function rowsOf(answers) {
  const rows = new Map();
  for (const { target, series } of answers) {
    const name = answers.length === 1 ? 'Value' : `Value #${target.refId}`;
    for (const { labels, values } of series) {
      const key = JSON.stringify(Object.entries(labels).toSorted());
      rows.set(key, { ...rows.get(key), ...labels, [name]: values.at(-1)[1] });
    }
  }
  return [...rows.values()];
}

function columnsOf({ transformations }) {
  const { indexByName, renameByName } = transformations.find(({ id }) => id === 'organize').options;
  return Object.entries(indexByName)
    .toSorted(([, left], [, right]) => left - right)
    .map(([of]) => ({ of, title: renameByName[of] ?? of }));
}

function sorted(rows, panel) {
  const [sort] = panel.options.sortBy ?? [];
  const by = columnsOf(panel).find(({ title }) => title === sort?.displayName)?.of;
  const value = (row) => (typeof row[by] === 'number' && !Number.isNaN(row[by]) ? row[by] : -Infinity);
  return by === undefined ? rows : rows.toSorted((left, right) => (value(right) - value(left)) * (sort.desc ? 1 : -1));
}
