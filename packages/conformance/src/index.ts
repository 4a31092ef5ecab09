export { SUBJECTS } from './cases.ts';
export type { Subject } from './cases.ts';
export { reasonAgainst } from './case.ts';
export type { Case, Trait } from './case.ts';
export { runCase } from './run-case.ts';
export type { Family, Framework, Transport } from './framework.ts';
export { FRAMEWORKS } from './frameworks.ts';
export { startApplication } from './application.ts';
export type { Application } from './application.ts';
