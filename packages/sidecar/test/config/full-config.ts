import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Twenty secrets, each at a place where one may be. */
export const plantedSecrets: readonly string[] = Array.from({ length: 20 }, (_, index) => `hunter2-Sec_ret${index}zQ`);

const at = (index: number): string => plantedSecrets[index] ?? '';

/** Writes the secrets that are in files into a folder, and gives the environment with the others. */
export function secretSources(folder: string): Readonly<Record<string, string>> {
  for (const index of [10, 11, 12]) writeFileSync(join(folder, `secret-${index}`), `${at(index)}\n`);
  return { SECRET_13: at(13), SECRET_14: at(14), SECRET_15: at(15) };
}

/** A configuration with every section and every secret in it. */
export function fullConfig(folder: string): string {
  return `# yaml-language-server: $schema=../../outrider.schema.json
otlp:
  listen: 127.0.0.1:4318
  socket: /run/outrider/otlp.sock
  scopeLabels: false
metrics:
  listen: "127.0.0.1:9464"
interval: 5s
instance: web-1
token: ${at(0)}
allowedHosts: [outrider.shop.svc, "::1"]
allowedOrigins:
  - https://grafana.example
forward:
  - http://me:${at(1)}@127.0.0.1:4319
  - endpoint: https://${at(2)}:${at(3)}@otlp.example/otlp?api-key=${at(4)}
    name: central
    headers:
      X-Scope-OrgID: ${at(5)}
      X-Key: &key ${at(6)}
      X-Also: *key
      X-File: { file: ${folder}/secret-10 }
      X-Env: { env: SECRET_13 }
    tls:
      serverName: other.example
      verify: true
    compression: gzip
    timeout: 10s
    queueBytes: 16777216
    spool:
      folder: ${folder}/spool
      bytes: 268435456
  - endpoint: http://third:1
    user: ${at(7)}
    password: { file: ${folder}/secret-11 }
  - endpoint: http://fourth:1
    user: { env: SECRET_14 }
    password: ${at(8)}
watch:
  - redis://:${at(9)}@localhost:6379
  - postgres://outrider:${at(16)}@db.example/shop?sslmode=verify-full
  - url: pgbouncer://127.0.0.1
    user: stats
    password: { file: ${folder}/secret-12 }
    timeout: 1s
  - url: memcached+unix:///run/memcached.sock
    user: m
    password: { env: SECRET_15 }
  - url: rediss://u:${at(17)}@cache.example
    tls: { verify: false }
  - url: redis+unix:///run/redis.sock
    password: "${at(18)}"
  - url: redis://six.example
    password: '${at(19)}'
log:
  format: json
  level: warn
  linesPerMinute: 100
procRoot: /proc
sysRoot: /sys
limits:
  bodyBytes: 4194304
  series: 10000
  headerTime: 5s
`;
}
