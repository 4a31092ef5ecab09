import { fileURLToPath } from 'node:url';
import { testNestApplication } from '../../nest-express/test/nest-application.ts';

testNestApplication('Fastify', fileURLToPath(new URL('../dist/server.js', import.meta.url)));
