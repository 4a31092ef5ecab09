/** Whether a label's value satisfies a matcher of PromQL, such as `=~"shop-.*"`. */
export function matcherFits(test: string, value: string): boolean {
  const [, operator = '=', text = '""'] = /^(=~|!~|!=|=)(".*")$/s.exec(test) ?? [];
  const wanted = JSON.parse(text) as string;
  const fits = operator.endsWith('~') ? matches(wanted, value) : value === wanted;
  return operator.startsWith('!') ? !fits : fits;
}

function matches(pattern: string, value: string): boolean {
  // RE2's flags are for all that follows them, JavaScript's for a group.
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  return new RegExp(`^(?:${rest})$`, `${flags}${flags.includes('s') ? '' : 's'}`).test(value);
}
