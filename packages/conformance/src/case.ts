import type { OutriderOptions } from '@outrider/core';
import type { Application } from './application.ts';
import type { Family, Framework } from './framework.ts';

/** What a case may be impossible on: a family of frameworks, or a version of HTTP. */
export type Trait = Family | 'HTTP/1' | 'HTTP/2';

/** One thing that every adapter must do alike. It gets a fresh application. */
export interface Case {
  readonly name: string;
  /** Options of the adapter; without, each has its default. */
  readonly options?: OutriderOptions;
  /** Where the case cannot exist, and why. */
  readonly impossible?: Readonly<Partial<Record<Trait, string>>>;
  /** Values of parameters that it sends contain `zq`: no label may. */
  run(application: Application, framework: Framework): Promise<void>;
}

/** Why a case cannot exist for a framework; undefined if it can. */
export function reasonAgainst({ impossible }: Case, { family, transport }: Framework): string | undefined {
  const version = transport === 'http' || transport === 'https' ? 'HTTP/1' : 'HTTP/2';
  return impossible?.[version] ?? impossible?.[family];
}
