import type { Dashboard as DashboardV1 } from '@grafana/grafana-foundation-sdk/dashboard';
import { panelsOf, variablesOf } from './bundle.ts';
import type { Bundle, Check } from './bundle.ts';
import { stringsIn } from './variables-check.ts';

// In a property of its own, in Markdown, or in a text.
const LINK = /(?:^|[("\s])\/d\/(?<uid>[\w-]+)(?<rest>[^)\s"]*)/g;

/** Links lead to dashboards and panels that there are, and set variables that those have; so do those of alerts. */
export const linksLeadSomewhere: Check = (bundle) => {
  const uids = new Map(bundle.v1.map((dashboard) => [dashboard.uid ?? '', dashboard]));
  const links = [...ofPanels(bundle), ...ofAlerts(bundle)];
  return [
    ...links.flatMap(([where, uid, rest]) => faults(uids.get(uid), uid, rest).map((fault) => `${where}: ${fault}`)),
    ...withoutMenu(bundle),
  ];
};

type Link = readonly [where: string, uid: string, rest: string];

function faults(target: DashboardV1 | undefined, uid: string, rest: string): readonly string[] {
  if (target === undefined) return [`there is no dashboard ${uid}`];
  const names = new Set(variablesOf(target).map(({ name }) => name));
  const ids = new Set(panelsOf(target).map(({ id }) => String(id)));
  return [
    ...[...rest.matchAll(/[?&]var-(\w+)=/g)]
      .filter(([, name = '']) => !names.has(name))
      .map(([, name]) => `${uid} has no $${name}`),
    ...[...rest.matchAll(/[?&]viewPanel=(?:panel-)?(\d+)/g)]
      .filter(([, id = '']) => !ids.has(id))
      .map(([, id]) => `${uid} has no panel ${id}`),
  ];
}

function ofPanels({ v1 }: Bundle): readonly Link[] {
  return v1.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap(({ title, options, fieldConfig, links, description }) =>
      stringsIn([options, fieldConfig, links, description]).flatMap((text) =>
        [...text.matchAll(LINK)].map(({ groups }): Link => [
          `${dashboard.uid} / ${title}`,
          groups?.['uid'] ?? '',
          groups?.['rest'] ?? '',
        ]),
      ),
    ),
  );
}

/** Those of alerts stand behind the address of Grafana; runbooks may be elsewhere. */
function ofAlerts({ groups, config }: Bundle): readonly Link[] {
  const base = `${config.urls.dashboards}/`;
  return groups
    .flatMap(({ rules }) => rules)
    .filter(({ alert }) => alert !== undefined)
    .flatMap(({ alert = '', annotations = {} }) =>
      [annotations['dashboard_url'] ?? '', annotations['runbook_url'] ?? '']
        .filter((url, index) => index === 0 || url.startsWith(base))
        .map((url): Link => {
          const [uid = '', ...rest] = url.replace(base, '').split('?');
          return [alert, uid, `?${rest.join('?')}`];
        }),
    );
}

function withoutMenu({ v1 }: Bundle): readonly string[] {
  return v1
    .filter(({ links = [], tags = [] }) => !links.some((link) => link.tags.some((tag) => tags.includes(tag))))
    .map(({ uid }) => `${uid}: no links to the other dashboards`);
}
