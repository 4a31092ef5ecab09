import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Loaded before a program: collects its garbage again and again. A program that has just begun has no need to for a while, and
// what is left afterwards, the floor of its memory, is unknown until it did.
setFlagsFromString('--expose-gc');
const EVERY_MS = 1500;
const collect = runInNewContext('gc');
setInterval(() => collect(), EVERY_MS).unref();
