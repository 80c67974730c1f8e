import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { authOf, PrometheusRangeClient } from '@autoops/connectors';
import { SourceConfig } from '@autoops/contracts';
import { freePort } from '@autoops/local-postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs, requirePart } from '../parts.ts';
import { eventually, run, scratch, type Running } from './programs-of-others.ts';

/** bcrypt of "test", from Prometheus' own documentation of basic authentication. */
const BCRYPT_OF_TEST = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';

needs('prometheus', 'openssl')('a Prometheus server as a source', () => {
  const folder = scratch();
  const at = (name: string) => join(folder.path, name);
  const openssl = (...args: readonly string[]) => execFileSync(requirePart('openssl'), args, { stdio: 'pipe' });
  const servers: Running[] = [];
  let basicUrl: string;
  let mutualUrl: string;

  /** A key and a certificate that the own authority has signed. */
  function certificate(name: string, extension: string): void {
    writeFileSync(at(`${name}.ext`), extension);
    const subject = ['-subj', `/CN=${name}`, '-newkey', 'rsa:2048', '-nodes', '-keyout', at(`${name}.key`)];
    openssl('req', '-new', ...subject, '-out', at(`${name}.csr`));
    const signer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
    openssl(
      'x509',
      '-req',
      '-in',
      at(`${name}.csr`),
      ...signer,
      '-extfile',
      at(`${name}.ext`),
      '-out',
      at(`${name}.crt`),
    );
  }

  /** A Prometheus that reads itself every second, over the same TLS and login that others need. */
  async function start(name: string, web: string, client: string): Promise<string> {
    const address = `127.0.0.1:${await freePort()}`;
    writeFileSync(at(`${name}.web.yml`), web);
    writeFileSync(
      at(`${name}.yml`),
      `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: itself
    scheme: https
    tls_config: { ca_file: ${at('ca.crt')}${client.startsWith('cert') ? `, ${client}` : ''} }
${client.startsWith('cert') ? '' : `    ${client}\n`}    static_configs: [{ targets: ['${address}'] }]
`,
    );
    servers.push(
      run(requirePart('prometheus'), [
        `--config.file=${at(`${name}.yml`)}`,
        `--storage.tsdb.path=${at(`${name}.data`)}`,
        `--web.listen-address=${address}`,
        `--web.config.file=${at(`${name}.web.yml`)}`,
        '--log.level=warn',
      ]),
    );
    return `https://${address}`;
  }

  beforeAll(async () => {
    openssl(
      'req',
      '-x509',
      '-subj',
      '/CN=own authority',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      at('ca.key'),
      '-out',
      at('ca.crt'),
    );
    certificate('server', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth');
    certificate('client', 'extendedKeyUsage=clientAuth');
    writeFileSync(at('password'), 'test\n');
    writeFileSync(at('wrong-password'), 'guess\n');
    const tls = `tls_server_config:\n  cert_file: ${at('server.crt')}\n  key_file: ${at('server.key')}\n`;
    basicUrl = await start(
      'basic',
      `${tls}basic_auth_users: { autoops: '${BCRYPT_OF_TEST}' }\n`,
      'basic_auth: { username: autoops, password: test }',
    );
    mutualUrl = await start(
      'mutual',
      `${tls}  client_ca_file: ${at('ca.crt')}\n  client_auth_type: RequireAndVerifyClientCert\n`,
      `cert_file: ${at('client.crt')}, key_file: ${at('client.key')}`,
    );
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    folder.remove();
  });

  /** The last ten seconds of `up`, one sample a second, with the authentication of a source. */
  async function read(url: string, auth: object, caFile: string | undefined = at('ca.crt')) {
    const source = SourceConfig.parse({ name: 'metrics', type: 'prometheus-server', url, auth, caFile });
    const client = new PrometheusRangeClient(url, await authOf(source));
    const to = new Date();
    return client.range('sli_up', 'up{job="itself"}', new Date(to.getTime() - 10_000), to, 1, 5_000);
  }
  const ready = (url: string, auth: object) =>
    eventually('samples of the server', 40, async () => {
      const samples = await read(url, auth);
      return samples.length >= 3 && samples.at(-1)?.value === 1 ? samples : undefined;
    });
  const basic = (passwordFile: string) => ({ kind: 'basic', username: 'autoops', passwordFile: at(passwordFile) });
  const mutual = () => ({ kind: 'mtls', certFile: at('client.crt'), keyFile: at('client.key') });

  it('is read over TLS of an own authority with basic authentication', async () => {
    const samples = await ready(basicUrl, basic('password'));
    expect(samples[0]).toEqual({
      metric: 'sli_up',
      labels: { job: 'itself', instance: new URL(basicUrl).host },
      value: expect.any(Number),
      timestampMs: expect.any(Number),
    });
    const times = samples.map(({ timestampMs }) => timestampMs ?? 0);
    expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual(times.slice(1).map(() => 1000));
  });

  it('is not read with a wrong password, without one, or without its authority', async () => {
    await ready(basicUrl, basic('password'));
    await expect(read(basicUrl, basic('wrong-password'))).rejects.toThrow(/answered 401/);
    await expect(read(basicUrl, { kind: 'none' })).rejects.toThrow(/answered 401/);
    const source = SourceConfig.parse({
      name: 'metrics',
      type: 'prometheus-server',
      url: basicUrl,
      auth: basic('password'),
    });
    const trusting = new PrometheusRangeClient(basicUrl, await authOf(source));
    await expect(trusting.range('x', 'up', new Date(), new Date(), 1, 5_000)).rejects.toThrow(/certificate/);
  });

  it('is read with a client certificate, and not without one', async () => {
    expect((await ready(mutualUrl, mutual())).length).toBeGreaterThanOrEqual(3);
    await expect(read(mutualUrl, { kind: 'none' })).rejects.toThrow();
  });

  it('says what is wrong with a query', async () => {
    const source = SourceConfig.parse({
      name: 'metrics',
      type: 'prometheus-server',
      url: basicUrl,
      auth: basic('password'),
      caFile: at('ca.crt'),
    });
    const client = new PrometheusRangeClient(basicUrl, await authOf(source));
    await expect(client.range('x', 'rate(', new Date(), new Date(), 1, 5_000)).rejects.toThrow(/400.*parse error/);
  });
});
