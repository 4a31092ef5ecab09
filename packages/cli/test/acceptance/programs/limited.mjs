import { writeFileSync } from 'node:fs';

// Loaded before a program: moves the process into the cgroups whose cgroup.procs are named, before anything asks which
// ones it is in, and keeps a CPU as busy as it may be, in pieces that let the program do its work.
for (const file of process.env.CGROUP_PROCS.split(':')) writeFileSync(file, '0');

if (process.env.BUSY === 'yes') burn();

function burn() {
  for (const end = performance.now() + 5; performance.now() < end;);
  setImmediate(burn);
}
