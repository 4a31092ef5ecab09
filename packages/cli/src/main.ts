#!/usr/bin/env node
import { run } from './run.ts';

// A collector that hangs in the kernel must not keep the process from ending.
process.exit(await run(process.argv.slice(2)));
