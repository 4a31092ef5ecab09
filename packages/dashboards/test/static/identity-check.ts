import { boxesOf, isRow, panelsOf, targetsOf } from './bundle.ts';
import type { Check } from './bundle.ts';

/** The uids are for good: links, bookmarks and alerts hang on them. */
const PINNED_UIDS: readonly string[] = [
  'outrider-api',
  'outrider-regression',
  'outrider-slo',
  'outrider-system',
  'outrider-database',
  'outrider-cache',
  'outrider-work',
  'outrider-itself',
  'outrider-runbooks',
];

// Grafana cuts or refuses longer ones.
const LONGEST_UID = 40;

/** Whatever is spoken of by a name or number has one of its own. */
export const identitiesAreUnique: Check = ({ v1, v2 }) => {
  const uids = v1.map(({ uid = '' }) => uid);
  return [
    ...twice(uids).map((uid) => `two dashboards have the uid ${uid}`),
    ...twice(v1.map(({ title = '' }) => title)).map((title) => `two dashboards are called ${title}`),
    ...uids.filter((uid) => !PINNED_UIDS.includes(uid)).map((uid) => `the uid ${uid} is not among the pinned ones`),
    ...PINNED_UIDS.filter((uid) => !uids.includes(uid)).map((uid) => `the dashboard ${uid} is gone`),
    ...uids.filter((uid) => uid.length > LONGEST_UID).map((uid) => `the uid ${uid} is too long`),
    ...v2
      .filter(({ metadata }, index) => metadata.name !== uids[index])
      .map(({ metadata }) => `${metadata.name} in v2`),
    ...v1.flatMap((dashboard) => {
      const boxes = boxesOf(dashboard);
      const say = (what: string): string => `${dashboard.uid}: ${what}`;
      return [
        ...boxes
          .filter(({ id = 0 }) => !(Number.isInteger(id) && id >= 1))
          .map(({ title }) => say(`${title} has no id`)),
        ...twice(boxes.map(({ id }) => id)).map((id) => say(`the id ${id} is there twice`)),
        ...[boxes.filter(isRow), panelsOf(dashboard)]
          .flatMap((alike) => twice(alike.map(({ title }) => title)))
          .map((title) => say(`the title ${title} is there twice`)),
        ...panelsOf(dashboard).flatMap((panel) => {
          const refIds = targetsOf(panel).map(({ refId }) => refId ?? '');
          const bad = refIds.filter((refId) => !/^[A-Z]$/.test(refId));
          return [...bad, ...twice(refIds)].map((refId) => say(`${panel.title} has the refId "${refId}"`));
        }),
      ];
    }),
  ];
};

/** Dashboards, rows and panels say what they are. */
export const everythingIsDescribed: Check = ({ v1 }) =>
  v1.flatMap((dashboard) => [
    ...(dashboard.title && dashboard.description ? [] : [`${dashboard.uid}: no title or description`]),
    ...boxesOf(dashboard)
      .filter(({ title }) => !title?.trim())
      .map(({ id }) => `${dashboard.uid}: panel ${id} has no title`),
    ...panelsOf(dashboard)
      .filter(({ description = '' }) => !/^\w.{20,}[.?!]$/s.test(description.trim()))
      .map(({ title, description }) => `${dashboard.uid}: ${title} is not described: ${description}`),
  ]);

function twice<T>(all: readonly T[]): readonly T[] {
  return all.filter((one, index) => all.indexOf(one) !== index);
}
