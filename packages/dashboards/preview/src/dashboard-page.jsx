import { renderMarkdown } from '@grafana/data';
import { PanelChrome } from '@grafana/ui';
import { useEffect, useRef } from 'react';
import { Heatmap } from './heatmap.jsx';
import { Stat } from './stat.jsx';
import { TableView } from './table-view.jsx';
import { TimeSeriesView } from './time-series-view.jsx';
import { unfolded } from './unfolded.mjs';

const COLUMNS = 24;
const ROW = 30;
const GAP = 8;
const TOP = 96;

// What is below it begins at a fixed height.
const ONE_LINE = { overflow: 'hidden', whiteSpace: 'nowrap', textOverflow: 'ellipsis' };

const VIEWS = { timeseries: TimeSeriesView, stat: Stat, table: TableView, heatmap: Heatmap, text: Text };

/** The whole page, laid out as Grafana's grid does, folded rows open. */
export function DashboardPage({ dashboard, variables, panels, events, time, theme }) {
  const width = (document.documentElement.clientWidth - 2 * GAP) / COLUMNS;
  const placed = unfolded(panels);
  const bottom = Math.max(0, ...placed.map(({ at }) => at.y + at.h));
  return (
    <div style={{ position: 'relative', height: TOP + bottom * (ROW + GAP) + GAP }}>
      <header style={{ padding: '10px 16px' }}>
        <div style={{ display: 'flex', gap: 16, alignItems: 'baseline' }}>
          <strong style={{ fontSize: 20, whiteSpace: 'nowrap' }}>{dashboard.title}</strong>
          <span style={{ ...ONE_LINE, color: theme.colors.text.secondary, flex: 1 }}>{dashboard.description}</span>
          <span style={{ color: theme.colors.warning.text, whiteSpace: 'nowrap' }}>
            Preview, drawn without Grafana: panels look a little different there
          </span>
        </div>
        <div style={{ display: 'flex', gap: 12, marginTop: 10 }}>
          {dashboard.templating.list
            .filter(({ type }) => type !== 'datasource')
            .map(({ name, label, current, type }) => (
              <span key={name} style={{ border: `1px solid ${theme.colors.border.medium}`, padding: '2px 8px' }}>
                <span style={{ color: theme.colors.text.secondary }}>{label} </span>
                {type === 'custom' && variables[name] === current.value ? current.text : shown(variables[name])}
              </span>
            ))}
        </div>
      </header>
      {placed.map(({ panel, answers, table, at }) => {
        const box = {
          position: 'absolute',
          left: GAP + at.x * width,
          top: TOP + at.y * (ROW + GAP),
          width: at.w * width - GAP,
          height: at.h * (ROW + GAP) - GAP,
        };
        if (panel.type === 'row')
          return (
            <div key={panel.id} style={{ ...box, fontWeight: 500, fontSize: 16 }}>
              {panel.title}
            </div>
          );
        const View = VIEWS[panel.type];
        const failed = answers.find(({ error }) => error !== undefined);
        return (
          <div key={panel.id} style={box}>
            <PanelChrome title={panel.title} description={panel.description} width={box.width} height={box.height}>
              {(innerWidth, innerHeight) =>
                failed ? (
                  <p style={{ color: theme.colors.error.text }}>{failed.error}</p>
                ) : (
                  <View {...{ panel, answers, table, events, time, theme }} width={innerWidth} height={innerHeight} />
                )
              }
            </PanelChrome>
          </div>
        );
      })}
    </div>
  );
}

function Text({ panel, height }) {
  const text = useRef(null);
  useEffect(() => {
    const hidden = text.current.scrollHeight - text.current.clientHeight;
    if (hidden > 0) globalThis.problems.push(`${panel.title}: ${hidden} pixels of its text are hidden`);
  }, [panel.title]);
  return (
    <div
      ref={text}
      className="markdown-html"
      style={{ height, overflow: 'hidden' }}
      dangerouslySetInnerHTML={{ __html: renderMarkdown(panel.options.content) }}
    />
  );
}

function shown(value) {
  if (value === '.+' || value === '.*') return 'All';
  return Array.isArray(value) ? value.join(' + ') : value;
}
