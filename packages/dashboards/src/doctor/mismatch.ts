import { prometheusLabel } from '@outrider/core/catalogue';
import { lackingBound } from './bounds.ts';
import type { Evidence } from './evidence.ts';
import { few } from './few.ts';
import type { Finding } from './finding.ts';
import { definitionOf } from './other-names.ts';
import { written } from './selectors.ts';
import type { Matcher, Selector } from './selectors.ts';
import { noHonorLabels } from './sidecars.ts';

// Labels that a series has only if there is something to say.
const OPTIONAL: ReadonlySet<string> = new Set(['error_type']);

/** Why a metric that is there has no series that a selector wants. */
export async function mismatch(evidence: Evidence, selector: Selector): Promise<Finding> {
  const { name, matchers } = selector;
  const failing: Matcher[] = [];
  for (const matcher of matchers) if (!(await evidence.has({ name, matchers: [matcher] }))) failing.push(matcher);
  const [first] = failing;
  if (first === undefined) return { code: 'label', why: `no series is ${written(selector)}`, mend: CONFIG };
  if (first.label === 'le') return lackingBound(name, await evidence.values('le', name), first.test);
  const labels = await evidence.labelsOf(name);
  if (labels.has(`exported_${first.label}`)) return noHonorLabels;
  const values = labels.has(first.label) ? await evidence.values(first.label, name) : [];
  const isAttribute = definitionOf(name)?.attributes.map(prometheusLabel).includes(first.label) === true;
  if (isAttribute && (values.length > 0 || OPTIONAL.has(first.label)))
    return { code: 'idle', why: `no ${name} has had ${first.label}${first.test}` };
  return {
    code: 'label',
    why:
      values.length === 0
        ? `${name} has no label ${first.label}; it has ${few([...labels].toSorted())}`
        : `${name} has no ${first.label}${first.test}; it has ${first.label} ${few(values)}`,
    mend: first.label === 'service_version' ? VERSION : `${CONFIG}: now it is ${first.label}${first.test}`,
  };
}

const CONFIG =
  'say in the file for --config what labels your series have (applications, hosts), then outrider dashboards';
const VERSION = 'OTEL_SERVICE_VERSION, or version in package.json, tells the application its release';
