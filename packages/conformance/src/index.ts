export { CASES } from './cases.ts';
export type { Case } from './cases.ts';
export type { Framework } from './framework.ts';
export { FRAMEWORKS } from './frameworks.ts';
export { startApplication } from './application.ts';
export type { Application } from './application.ts';
