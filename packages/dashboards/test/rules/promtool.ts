import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';

/** What is expected of one alert at one minute. */
export interface AlertCheck {
  readonly minute: number;
  readonly alert: string;
  readonly expected: ReadonlyArray<{
    readonly exp_labels: Readonly<Record<string, string>>;
    readonly exp_annotations: Readonly<Record<string, string>>;
  }>;
}

/** What is expected of an expression at one minute. */
export interface ExpressionCheck {
  readonly minute: number;
  readonly expr: string;
  readonly expected: ReadonlyArray<{ readonly labels: string; readonly value: number }>;
}

/** One course of events, and what is expected in it. */
export interface Course {
  readonly name: string;
  readonly samples: Readonly<Record<string, string>>;
  readonly alerts?: readonly AlertCheck[];
  readonly expressions?: readonly ExpressionCheck[];
}

/**
 * Runs courses of events through Prometheus' own rule engine.
 *
 * @returns what failed, as promtool says it; the empty text if nothing did
 */
export async function testRules(rules: string, courses: readonly Course[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-rules-'));
  try {
    await writeFile(join(folder, 'rules.yml'), rules);
    const file = join(folder, 'test.yml');
    await writeFile(file, stringify(testFile(rules, courses), { lineWidth: 0 }));
    await promisify(execFile)('promtool', ['test', 'rules', file], { maxBuffer: 2 ** 26 });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as { stdout?: string; stderr?: string; message: string };
    return stdout + stderr || message;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function testFile(rules: string, courses: readonly Course[]): object {
  return {
    rule_files: ['rules.yml'],
    evaluation_interval: '1m',
    // Alerts read what other groups record.
    group_eval_order: [...rules.matchAll(/^ {2}- name: (\S+)$/gm)].map(([, name]) => name),
    tests: courses.map(({ name, samples, alerts = [], expressions = [] }) => ({
      name,
      interval: '1m',
      input_series: Object.entries(samples).map(([series, values]) => ({ series, values })),
      alert_rule_test: alerts.map(({ minute, alert, expected }) => ({
        eval_time: `${minute}m`,
        alertname: alert,
        exp_alerts: expected,
      })),
      promql_expr_test: expressions.map(({ minute, expr, expected }) => ({
        expr,
        eval_time: `${minute}m`,
        exp_samples: expected,
      })),
    })),
  };
}
