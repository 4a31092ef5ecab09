import { fileURLToPath } from 'node:url';
import { testApplication } from '../../shop/test/application.ts';
import { createApp } from '../src/app.ts';

testApplication('node:http', createApp, fileURLToPath(new URL('../dist/server.js', import.meta.url)));
