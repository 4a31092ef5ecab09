import { spawnSync } from 'node:child_process';

/** What `promtool check metrics` complains of; empty if nothing. Throws where promtool fails or is not installed. */
export function promtool(text: string): string {
  const { error, status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`promtool check metrics: ${stderr}`);
  return stderr;
}

/** The series of a name: labels, in their braces -> value. */
export function series(text: string, name: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

/** The names that have a type. */
export function families(text: string): string[] {
  return [...text.matchAll(/(?<=^# TYPE )\S+/gm)].map(String);
}
