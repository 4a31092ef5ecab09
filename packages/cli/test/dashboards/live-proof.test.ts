import {
  allDashboards,
  annotationQueries,
  panelQueries,
  run,
  runAnnotations,
  runVariables,
  variableQueries,
} from '@outrider/dashboards';
import type {
  AnnotationQuery,
  Dashboard,
  LoadedRuleGroup,
  Outcome,
  PanelQuery,
  Values,
  VariableQuery,
} from '@outrider/dashboards';
import { prometheusLabel, prometheusName } from '@outrider/core/catalogue';
import { catalogue } from '@outrider/core/whole-catalogue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { initial, isAbout, otherChoices } from './choices.ts';
import { emptiness, emptinessOf, faultOf, hasAny, isWhole, namesIn, placeOf } from './faults.ts';
import { gather } from './gather.ts';
import { LiveStage, config } from './live-stage.ts';
import { RAISED, playCalm, playTrouble } from './play.ts';
import { writeReport } from './report.ts';
import { OWN_OF_APPLICATIONS, OWN_OF_PROMETHEUS, emptyIsHealthy, labelsNotSeen, notExposed } from './reviewed.ts';
import { asksForUnavailable, whyUnavailable } from './unavailable.ts';

const TIMEOUT_MS = 40_000;
const PATIENT = { timeout: TIMEOUT_MS };

// What the sidecar, the text format and Prometheus put on series besides the attributes of the catalogue.
const ADDED: ReadonlySet<string> = new Set(['__name__', 'job', 'instance', 'worker', 'le']);

const dashboards = allDashboards(config);
const allQueries = panelQueries(dashboards);
const unasked = allQueries.filter(({ query }) => asksForUnavailable(query.expr));
const queries = allQueries.filter((query) => !unasked.includes(query));
const healthy = queries.filter(({ query }) => query.emptyIsHealthy === undefined);

describe('the dashboards on live data', () => {
  const closing = new AsyncDisposableStack();
  let stage: LiveStage;
  let live: ReadonlySet<string>;
  let calm: readonly Outcome[];
  let outcomes: readonly Outcome[];
  let choices: ReadonlyArray<Outcome<VariableQuery>>;
  let marks: ReadonlyArray<Outcome<AnnotationQuery>>;
  let rules: readonly LoadedRuleGroup[];

  beforeAll(async () => {
    stage = closing.use(await LiveStage.open());
    const { client, unexpectedEnd } = stage;
    const gathered = (some: readonly PanelQuery[], isFound: typeof isWhole): Promise<readonly Outcome[]> => {
      const gathering = gather(some, (missing) => run(client, missing, initial), isFound, TIMEOUT_MS);
      return Promise.race([gathering, unexpectedEnd]);
    };
    const beginning = await Promise.race([playCalm(stage), unexpectedEnd]);
    closing.use(beginning.traffic);
    calm = await gathered(healthy, hasAny);
    closing.use(await Promise.race([playTrouble(stage, beginning), unexpectedEnd]));
    const all = await gathered(queries, isWhole);
    // Once more for all that happened; what a single figure said at its time may be over.
    const last = await run(client, queries, initial);
    outcomes = last.map((outcome, at) => (isWhole(outcome) ? outcome : all[at]!));
    choices = await runVariables(client, variableQueries(dashboards), initial);
    marks = await runAnnotations(client, annotationQueries(dashboards), initial);
    rules = await client.rules();
    live = new Set(await client.labelValues('__name__', '{__name__=~".+"}'));
  }, 120_000);

  afterAll(async () => {
    await closing.disposeAsync();
    if (rules !== undefined) writeReport({ outcomes, unasked, choices, marks, rules });
  });

  it('while all is well, every query finds something that does not say why it may find nothing', () => {
    // Labels that only some have, such as the tier of a cache, come later.
    expect(faultsOf(calm, emptinessOf)).toEqual([]);
  });

  it('every reason for finding nothing has been looked at', () => {
    const reasons = allQueries.flatMap(({ query }) => query.emptyIsHealthy ?? []);
    expect(new Set(reasons)).toEqual(new Set(Object.keys(emptyIsHealthy)));
  });

  it('every query of every panel finds something, with the labels that it is to show', () => {
    expect(faultsOf(outcomes)).toEqual([]);
  });

  it('every variable has values, and with all of them chosen by name there is as much to see', PATIENT, async () => {
    const empty = choices.filter(({ finite }) => finite === 0);
    expect(empty.map(({ asked, expr }) => `${asked.dashboard.uid} / $${asked.variable.name}: ${expr}`)).toEqual([]);
    const named = await gather(queries, (some) => run(stage.client, some, byName), isWhole, TIMEOUT_MS / 2);
    expect(faultsOf(named)).toEqual([]);
  });

  it('every other choice of a variable has something to see, too', async () => {
    const others = dashboards.flatMap((dashboard) => otherChoices(dashboard));
    const found = await Promise.all(
      others.map(({ dashboard, values }) =>
        run(stage.client, panelQueries([dashboard]).filter(isAbout(values)), () => values),
      ),
    );
    expect(found.flat()).not.toEqual([]);
    expect(faultsOf(found.flat())).toEqual([]);
  });

  it('every mark on the time axis is there', () => {
    const missing = marks.flatMap((outcome) => {
      const why = emptiness(outcome, live);
      return why === undefined ? [] : `${outcome.asked.dashboard.uid} / ${outcome.asked.annotation.name}: ${why}`;
    });
    expect(missing).toEqual([]);
  });

  it('every rule is evaluated without an error', () => {
    expect(rules.flatMap((group) => group.rules.filter(({ health }) => health !== 'ok'))).toEqual([]);
    expect(rules.flatMap((group) => group.rules)).not.toEqual([]);
  });

  it('alerts fire at what they are for', PATIENT, async () => {
    const fired = async (): Promise<readonly string[]> => {
      const series = await stage.client.query(
        'count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[5m]))',
      );
      return series.flatMap(({ labels }) => labels['alertname'] ?? []);
    };
    const raised = async (): Promise<void> => expect(await fired()).toEqual(expect.arrayContaining([...RAISED]));
    await vi.waitFor(raised, { timeout: 15_000, interval: 500 });
  });

  it('asks for nothing but what /metrics has, what rules record and what Prometheus makes', () => {
    const recorded = rules.flatMap((group) => group.rules.filter(({ type }) => type === 'recording'));
    const known = new Set([...recorded.map(({ name }) => name), ...OWN_OF_PROMETHEUS, ...live]);
    const unknown = outcomes.flatMap(({ asked, expr }) =>
      namesIn(expr)
        .filter((name) => !known.has(name))
        .map((name) => `${placeOf(asked)}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('has everything of the catalogue on /metrics, and nothing else', async () => {
    const names = new Map([...catalogue.values()].map((row) => [prometheusName(row.name, row.unit, row.kind), row]));
    const scraped = (name: string, kind: string): boolean => live.has(kind === 'histogram' ? `${name}_count` : name);
    const missing = [...names].filter(([name, { kind }]) => !scraped(name, kind) && whyUnavailable(name) === undefined);
    expect(missing.map(([, { name }]) => name)).toEqual(Object.keys(notExposed));
    const exposed = [...(await stage.exposition()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
    expect(exposed.filter((name) => !names.has(name) && !OWN_OF_APPLICATIONS.test(name))).toEqual([]);
  });

  it('has every label of the catalogue on /metrics, and no other', async () => {
    const rows = [...catalogue.values()].filter(({ name, unit, kind }) => {
      const scraped = prometheusName(name, unit, kind);
      return !(name in notExposed) && whyUnavailable(scraped) === undefined;
    });
    const strange: string[] = [];
    const unseen: string[] = [];
    for (const { name, unit, kind, attributes } of rows) {
      const scraped = prometheusName(name, unit, kind);
      const found = await stage.client.labelNames(`{__name__=~"${scraped}(_bucket|_count|_sum)?"}`);
      const named = new Set(attributes.map((attribute) => prometheusLabel(attribute)));
      strange.push(
        ...found.filter((label) => !named.has(label) && !ADDED.has(label)).map((label) => `${name} ${label}`),
      );
      unseen.push(...[...named].filter((label) => !found.includes(label)).map((label) => `${name} ${label}`));
    }
    expect(strange).toEqual([]);
    expect(unseen).toEqual(Object.keys(labelsNotSeen));
  });

  it('would tell of a metric that is renamed, of a label that is gone, and of a rule that is not loaded', async () => {
    const query = queries.find(({ query: { expr } }) => expr.includes('http_server_request_duration_seconds_count'));
    const spoilt = async (change: (query: PanelQuery['query']) => Partial<PanelQuery['query']>): Promise<string[]> => {
      const { query: sound, ...rest } = query!;
      return faultsOf(await run(stage.client, [{ ...rest, query: { ...sound, ...change(sound) } }], initial));
    };
    const place = placeOf(query!);
    expect(await spoilt(() => ({}))).toEqual([]);
    expect(
      await spoilt(({ expr }) => ({ expr: expr.replaceAll('http_server_request_duration', 'http_request_duration') })),
    ).toEqual([expect.stringContaining(`${place}: is empty, there is no http_request_duration_seconds_count`)]);
    expect(await spoilt(() => ({ legend: '{{no_such_label}}' }))).toEqual([
      expect.stringContaining(`${place}: no series has the label no_such_label`),
    ]);
    expect(await spoilt(() => ({ expr: 'sum(job:no_such_record:rate5m)' }))).toEqual([
      expect.stringContaining('there is no job:no_such_record:rate5m'),
    ]);
    expect(await spoilt(({ expr }) => ({ expr: `0 / (0 * ${expr})` }))).toEqual([expect.stringContaining('is finite')]);
    expect(await spoilt(({ expr }) => ({ expr: `${expr}$nothing` }))).toEqual([
      expect.stringContaining('$nothing has no value'),
    ]);
  });

  function faultsOf(of: readonly Outcome[], wrong: typeof faultOf = faultOf): string[] {
    return of.flatMap((outcome) => wrong(outcome, live) ?? []);
  }

  /** Every value of every variable, one by one, as somebody would who ticks all of them. */
  function byName(dashboard: Dashboard): Values {
    const chosen = choices.filter(({ asked }) => asked.dashboard === dashboard);
    const values = chosen.map(({ asked: { variable }, series }): [string, readonly string[]] => [
      variable.name,
      series.flatMap(({ labels }) => labels[variable.label] ?? []),
    ]);
    const opened = initial(dashboard);
    return { ...opened, variables: { ...opened.variables, ...Object.fromEntries(values) } };
  }
});
