import { fileURLToPath } from 'node:url';
import { testNestApplication } from './nest-application.ts';

testNestApplication('Express', fileURLToPath(new URL('../dist/server.js', import.meta.url)));
