import { expect } from 'vitest';
import type { Container, Manifest, PodSpec } from './kubernetes-schema.ts';

/** The pods that manifests describe. */
export function podsOf(manifests: readonly Manifest[]): PodSpec[] {
  return manifests.flatMap(({ spec }) => (spec?.template === undefined ? [] : [spec.template.spec]));
}

/** Expects a pod to have no more rights than it needs, and limits. */
export function expectConfined(pod: PodSpec): void {
  // Else every Service of the namespace brings variables, and one whose name begins with outrider such that look like settings.
  expect(pod.enableServiceLinks).toBe(false);
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 65_532,
    fsGroup: 65_532,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const { image, securityContext: own, resources, name } of containersOf(pod)) {
    expect(image).toMatch(/:\d/);
    expect(own).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    if (name === 'outrider') expect(resources.limits['memory']).toBe('128Mi');
  }
}

/** Expects every mount of a pod to be a volume, and every volume to be mounted. */
export function expectMounted(pod: PodSpec): void {
  const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
  const volumes = pod.volumes.map(({ name }) => name);
  expect([...new Set(mounts.map(({ name }) => name))].toSorted()).toEqual(volumes.toSorted());
}

/** Where the containers of a pod find volumes. */
export function mountPathsOf(pod: PodSpec): string[] {
  return containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ mountPath }) => mountPath));
}

function containersOf({ initContainers = [], containers }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}
