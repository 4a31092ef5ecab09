import type { Matrix } from './matrix.ts';

const PAGE = `# Conformance

Every adapter has to pass the same cases with the same labels. This is what \`node packages/conformance/dist/main.js --markdown\`
printed: ✓ passed, ✗ failed, – cannot exist there, for the reason of that number.
`;

/** A matrix as a page of Markdown: a section and a table for each subject, then the reasons. */
export function markdown(names: readonly string[], { tables, reasons }: Matrix): string {
  const sections = tables.map(({ title, rows }) => {
    const lines = aligned([['', ...names], ...rows.map((row) => row.map(footnoted))]);
    const [head = [], ...body] = lines;
    const rule = head.map((cell) => '-'.repeat(cell.length));
    return `## ${title}\n\n${[head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
  });
  const list = reasons.map((reason, at) => `${at + 1}. ${sentence(reason)}\n`);
  return `${PAGE}\n${sections.join('\n')}\n## Why a case cannot exist\n\n${list.join('')}`;
}

/** A matrix for a terminal: frameworks are columns with a number, and a legend tells which. */
export function terminal(names: readonly string[], { tables, reasons, failures }: Matrix): string {
  const numbers = names.map((_, at) => String(at + 1));
  const all = aligned(tables.flatMap(({ title, rows }) => [[title.toUpperCase(), ...numbers], ...rows]));
  const legend = names.map((name, at) => `${at + 1} ${name}`).join('   ');
  const list = reasons.map((reason, at) => `–${at + 1} ${reason}`);
  return [
    legend,
    '',
    ...all.map((cells) => cells.join(' ').trimEnd()),
    '',
    ...list,
    ...failures.map((failure) => `\n✗ ${failure}`),
    '',
  ].join('\n');
}

// Columns of one width, in characters: every character here is one wide.
function aligned(rows: ReadonlyArray<readonly string[]>): string[][] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(3, ...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) => row.map((cell, at) => cell + ' '.repeat(widths[at]! - cell.length)));
}

function footnoted(cell: string): string {
  return cell.replace(/^–(\d+)$/, '–<sup>$1</sup>').replaceAll('|', String.raw`\|`);
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
