#!/usr/bin/env node
// npm links a command at install time, and only if its file exists: so it is this one, and not what the build makes.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(`outrider: this is Node.js ${process.versions.node}, and 22.15 or later is needed.\n`);
  process.exitCode = 2;
} else {
  await import('../dist/main.js');
}
