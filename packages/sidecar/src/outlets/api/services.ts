import { httpSection } from './http.ts';
import type { HttpSection } from './http.ts';
import { runtimeSection } from './runtime.ts';
import type { RuntimeSection } from './runtime.ts';
import { byService } from './selection.ts';
import type { Selection } from './selection.ts';
import { workersSection } from './workers.ts';
import type { WorkersSection } from './workers.ts';

/** The figures of one service. */
export interface ServiceFigures {
  readonly service: string;
  readonly http: HttpSection;
  readonly runtime: RuntimeSection;
  readonly workers: WorkersSection;
}

/** The list `services`, by name. */
export function serviceList(selection: Selection): readonly ServiceFigures[] {
  return [...byService(selection)].map(([service, own]) => ({
    service,
    http: httpSection(own),
    runtime: runtimeSection(own),
    workers: workersSection(own),
  }));
}
