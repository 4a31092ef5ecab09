const WIDTH = 120;

/** JSON as the formatter of this repository has it: a list of plain values is one line if it fits. */
export function jsonFile(value) {
  return `${JSON.stringify(value, undefined, 2).replace(/^(.*)\[\n([^[\]{}]*)\n *\](?=,?$)/gm, joined)}\n`;
}

function joined(lines, before, items) {
  const line = `${before}[${items.replace(/\n */g, ' ').trim()}]`;
  return line.length < WIDTH ? line : lines;
}
