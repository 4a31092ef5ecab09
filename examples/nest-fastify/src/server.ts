import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { outrider } from '@outrider/fastify';
import { AppModule } from './app-module.ts';

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error', 'warn'],
});
await app.register(outrider, { exclude: ['/healthz'] });
app.setGlobalPrefix('api', { exclude: ['healthz'] });
// On SIGTERM and SIGINT requests under way get their answer.
app.enableShutdownHooks();

await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
const { port } = app.getHttpServer().address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ listening: port })}\n`);
