import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { outrider } from '@outrider/express';
import { AppModule } from './app-module.ts';

const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ['error', 'warn'] });
app.use(outrider({ exclude: ['/healthz'] }));
app.setGlobalPrefix('api', { exclude: ['healthz'] });
// On SIGTERM and SIGINT requests under way get their answer.
app.enableShutdownHooks();

await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
const { port } = app.getHttpServer().address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ listening: port })}\n`);
