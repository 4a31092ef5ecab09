import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { hostHeader, isAllowedHost, localHost } from '../../src/http/host-check.ts';

describe('isAllowedHost', () => {
  it.each([
    'localhost', 'LOCALHOST:9464', '127.0.0.1', '127.0.0.1:4318', '[::1]', '[::1]:4318', '[0:0:0:0:0:0:0:1]:1',
    'Metrics.Example:1',
  ])('allows %s', (host) => {
    expect(isAllowedHost(host, ['metrics.example'])).toBe(true);
  }); // prettier-ignore

  it.each([
    undefined,
    '',
    'evil.com',
    'localhost.evil.com',
    'evil.com:4318',
    '127.0.0.1.nip.io',
    '127.0.0.1.nip.io:4318',
    '127.0.0.2',
    '0.0.0.0',
    '2130706433',
    '::1',
    '[::1',
    '[::]',
    '[::2]',
    '[::ffff:127.0.0.1]',
    '[:::::]',
    '[::1].evil.com',
    'localhost.',
    'localhost:',
    'localhost:port',
    'localhost:4318:4318',
    'localhost,evil.com',
    'localhost@evil.com',
    'evil.com#localhost',
    'evil.com/localhost',
    ' localhost',
    'local\nhost',
    'metrics.example.evil.com',
    'xmetrics.example',
    '__proto__',
  ])('refuses %o', (host) => {
    expect(isAllowedHost(host, ['metrics.example'])).toBe(false);
  });

  it('takes IPv6 addresses in brackets as allowed hosts', () => {
    expect(isAllowedHost('[fd00::1]:9464', ['[fd00::1]'])).toBe(true);
    expect(isAllowedHost('[FD00:0::1]:9464', ['[fd00::1]'])).toBe(true);
    expect(isAllowedHost('[fd00::2]:9464', ['[fd00::1]'])).toBe(false);
  });
});

describe('localHost', () => {
  it.each([
    ['127.0.0.2', ['127.0.0.2']],
    ['::ffff:10.1.2.3', ['10.1.2.3']],
    ['fd00::1', ['[fd00::1]']],
    ['fe80::1%eth0', ['[fe80::1]']],
    [undefined, []],
    ['', []],
  ])('of %s is %j', (localAddress, hosts) => {
    expect(localHost({ socket: { localAddress } } as IncomingMessage)).toEqual(hosts);
  });
});

describe('hostHeader', () => {
  function host(...rawHeaders: string[]): string | undefined {
    return hostHeader({ rawHeaders } as IncomingMessage);
  }

  it('gives the one there is', () => {
    expect(host('Accept', 'host', 'HOST', 'localhost:1', 'X-Host', 'evil.com')).toBe('localhost:1');
  });

  it('gives none where there is none, or more than one', () => {
    expect(host('Accept', '*/*')).toBeUndefined();
    expect(host('Host', 'localhost', 'host', 'localhost')).toBeUndefined();
    expect(host('Host', 'localhost', 'Host', 'evil.com', 'Host', 'localhost')).toBeUndefined();
  });
});
