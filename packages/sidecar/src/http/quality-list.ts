/** One element of a header such as Accept: what is accepted, its parameters, and how gladly. */
export interface QualityItem {
  /** In lower case, for example `text/plain` or `gzip`. */
  readonly value: string;
  /** In lower case, without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, not at all, to 1. */
  readonly quality: number;
}

/**
 * Reads a header of accepted things with q-values (RFC 9110, 12.4.2), such as Accept and Accept-Encoding.
 *
 * A q-value that is none makes an element count for nothing. A comma inside quotes is not told apart: what it tears is
 * no type and no encoding that is served here.
 */
export function qualityList(header: string): readonly QualityItem[] {
  return header
    .toLowerCase()
    .split(',')
    .map((element) => {
      const [value = '', ...rest] = element.split(';').map((part) => part.trim());
      const parameters = new Map(rest.map(parameter));
      const quality = parameters.get('q') ?? '1';
      parameters.delete('q');
      return { value, parameters, quality: /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/.test(quality) ? Number(quality) : 0 };
    })
    .filter(({ value }) => value !== '');
}

function parameter(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  if (at === -1) return [text, ''];
  return [
    text.slice(0, at).trimEnd(),
    text
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1'),
  ];
}
