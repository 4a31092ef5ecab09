import { regexOf } from '../regex-of.ts';

/** Whether a label's value satisfies a matcher of PromQL, such as `=~"shop-.*"`. */
export function matcherFits(test: string, value: string): boolean {
  const [, operator = '=', text = '""'] = /^(=~|!~|!=|=)(".*")$/s.exec(test) ?? [];
  const wanted = JSON.parse(text) as string;
  const fits = operator.endsWith('~') ? regexOf(wanted).test(value) : value === wanted;
  return operator.startsWith('!') ? !fits : fits;
}
