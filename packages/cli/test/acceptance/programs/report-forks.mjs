import childProcess from 'node:child_process';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// Loaded before a program: says on stderr whenever it starts a child, in whatever way Node.js has for it.
const { spawn } = childProcess.ChildProcess.prototype;
childProcess.ChildProcess.prototype.spawn = function spawnReported(...args) {
  writeSync(2, `forked ${args[0]?.file}\n`);
  return spawn.apply(this, args);
};
for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
  const original = childProcess[name];
  childProcess[name] = (...args) => {
    writeSync(2, `forked ${args[0]}\n`);
    return original(...args);
  };
}
syncBuiltinESMExports();
