import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { DaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { parseAllDocuments } from 'yaml';

/** A manifest, with the parts that the tests look at. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: { readonly template?: { readonly spec: PodSpec } };
}

export interface PodSpec {
  readonly enableServiceLinks?: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: ReadonlyArray<Readonly<Record<string, unknown>> & { readonly name: string }>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly env?: ReadonlyArray<{ readonly name: string; readonly value?: string }>;
  readonly volumeMounts?: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>;
}

// As much of what such a class is as is used here; each has its kind's schema, compiled.
interface Model {
  readonly prototype: { validate(): void };
}

const MODELS: Readonly<Record<string, Model>> = {
  'v1 ConfigMap': ConfigMap,
  'v1 Service': Service,
  'apps/v1 DaemonSet': DaemonSet,
  'apps/v1 Deployment': Deployment,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'monitoring.coreos.com/v1 PodMonitor': PodMonitor,
  'monitoring.coreos.com/v1 PrometheusRule': PrometheusRule,
};

/** The manifests of a file. @throws {Error} if it is no YAML, a key given twice included */
export function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as Manifest;
  });
}

/**
 * Checks a manifest against the schema of its kind.
 *
 * @returns what is wrong with it: what the schema refuses, and fields that it does not know
 */
export function problemsOf(manifest: Manifest): string[] {
  const name = `${manifest.apiVersion} ${manifest.kind}`;
  const Kind = MODELS[name];
  if (Kind === undefined) return [`${name} is of no kind that is known here`];
  const seen = new Set<string>();
  try {
    Kind.prototype.validate.call(watched(manifest, '', seen) as Manifest & { validate(): void });
  } catch (error) {
    return [`${name} ${manifest.metadata.name}: ${(error as Error).message}`];
  }
  return pathsOf(manifest, '')
    .filter((path) => !seen.has(path))
    .map((path) => `${name} ${manifest.metadata.name}: ${path} is not known`);
}

// The schemas let unknown fields pass, as an API server does that is not asked to be strict. But a compiled schema looks
// at every field that it knows: so what it has not looked at, it does not know.
function watched(value: unknown, path: string, seen: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, key, receiver) => {
      const found: unknown = Reflect.get(target, key, receiver);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return found;
      seen.add(`${path}/${key}`);
      return watched(found, `${path}/${key}`, seen);
    },
  });
}

function pathsOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, held]) => [`${path}/${key}`, ...pathsOf(held, `${path}/${key}`)]);
}
