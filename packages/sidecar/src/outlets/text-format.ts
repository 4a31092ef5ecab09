import type { ExpositionFormat } from './exposition-format.ts';

/** The Prometheus text format 0.0.4. It knows neither units nor exemplars. */
export const textFormat: ExpositionFormat = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  declare: ({ name, type, help }) => ({
    text: `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`,
    exemplars: false,
  }),
  strict: false,
  end: '',
};

function escapeHelp(text: string): string {
  return text.toWellFormed().replace(/[\\\n]/g, (mark) => (mark === '\n' ? '\\n' : '\\\\'));
}
