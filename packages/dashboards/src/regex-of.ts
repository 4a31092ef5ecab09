/**
 * A regular expression of Prometheus, which must fit a whole text, as one of JavaScript.
 *
 * @throws {SyntaxError} if it is none
 */
export function regexOf(pattern: string): RegExp {
  // RE2's flags are for all that follows them, JavaScript's for a group; and its names of groups begin with a P.
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  return new RegExp(`^(?:${rest.replaceAll('(?P<', '(?<')})$`, `${flags}${flags.includes('s') ? '' : 's'}`);
}
