import type { Declaration, ExpositionFormat, FamilyHead } from './exposition-format.ts';
import { escapeLabelValue } from './label-set.ts';

/**
 * OpenMetrics 1.0. Its samples are those of the text format, name by name and label by label; what differs is how they are
 * declared, and that counters and buckets carry exemplars. There are no `_created` samples: the sidecar goes on with the
 * counts of a process that ended, so there is no one time at which a series began.
 */
export const openMetricsFormat: ExpositionFormat = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  declare,
  strict: true,
  end: '# EOF\n',
};

function declare(family: FamilyHead, isFree: (name: string) => boolean): Declaration {
  const { name, type } = declared(family, isFree);
  // A unit is the end of the name, or is not told.
  const unit = family.unit !== '' && name.endsWith(`_${family.unit}`) ? `# UNIT ${name} ${family.unit}\n` : '';
  const text = `# TYPE ${name} ${type}\n${unit}# HELP ${name} ${escapeLabelValue(family.help)}\n`;
  return { text, exemplars: type === 'counter' || type === 'histogram' };
}

/**
 * A counter is declared by its name without `_total`, which may be another family's, too: of a gauge `jobs` beside a
 * counter `jobs_total`, for example. Then it is declared as unknown, whose samples have the family's own name, so that the
 * series is there all the same.
 */
function declared(
  { name, type }: FamilyHead,
  isFree: (name: string) => boolean,
): { readonly name: string; readonly type: string } {
  if (type === 'untyped') return { name, type: 'unknown' };
  if (type !== 'counter') return { name, type };
  const base = name.replace(/_total$/, '');
  // The time at which a counter began has the suffix _created, so that is reserved, too.
  const isAlone = isFree(base) && isFree(`${base}_created`) && !base.endsWith('_created');
  return isAlone ? { name: base, type } : { name, type: 'unknown' };
}
