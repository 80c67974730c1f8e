import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IncidentRow, page } from '@autoops/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs, requirePart } from '../parts.ts';
import { startProduct, type Product } from '../product.ts';
import { freePort } from '@autoops/local-postgres';
import { createToken, eventually, openDatabase, run, scratch, type Running } from './programs-of-others.ts';

const ALERTS = 25;

needs('alertmanager')('a stock Alertmanager', () => {
  const folder = scratch();
  let product: Product;
  let alertmanager: Running;
  let url: string;
  let viewer: string;
  const startsAt = new Date(Math.floor(Date.now() / 1000) * 1000 - 5_000).toISOString();

  beforeAll(async () => {
    product = await startProduct({ env: { AUTOOPS_DEMO: 'off' } });
    const tokenFile = join(folder.path, 'autoops-token');
    writeFileSync(tokenFile, await createToken(product.dataDir, '--role', 'ingest', '--source', 'alertmanager'), {
      mode: 0o600,
    });
    viewer = await createToken(product.dataDir, '--role', 'viewer');
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const config = join(folder.path, 'alertmanager.yml');
    // It tells every group again each second: what comes twice must count once.
    writeFileSync(
      config,
      `route: { receiver: autoops, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1s }
receivers:
  - name: autoops
    webhook_configs:
      - url: ${new URL('/api/v1/ingest/alertmanager', product.url).href}
        send_resolved: true
        http_config: { authorization: { credentials_file: ${tokenFile} } }
`,
    );
    alertmanager = run(requirePart('alertmanager'), [
      `--config.file=${config}`,
      `--storage.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]);
    await eventually('ready Alertmanager', 30, async () => ((await fetch(`${url}/-/ready`)).ok ? true : undefined));
  });
  afterAll(async () => {
    await alertmanager?.stop();
    await product?.stop();
    folder.remove();
  });

  async function send(resolved: boolean): Promise<void> {
    const alerts = Array.from({ length: ALERTS }, (_, place) => ({
      labels: {
        alertname: 'HighErrorRatio',
        service: 'checkout',
        environment: 'prod',
        severity: 'critical',
        instance: `checkout-${place}`,
      },
      annotations: { summary: 'More than 5 % of requests fail' },
      startsAt,
      ...(resolved ? { endsAt: new Date().toISOString() } : { endsAt: new Date(Date.now() + 600_000).toISOString() }),
    }));
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    expect(response.status).toBe(200);
  }

  async function stored(): Promise<Record<string, number>> {
    const database = await openDatabase(product.dataDir);
    try {
      const { rows } = await database.query<{ status: string; n: number }>(
        'select status, count(*)::int as n from alerts group by status',
      );
      return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
    } finally {
      await database.end();
    }
  }

  const counted = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await (await fetch(new URL('/metrics', product.url))).text())?.[1]);

  it('hands in what fires once, however often it tells it', async () => {
    await send(false);
    await eventually('alerts', 30, async () => ((await stored())['firing'] === ALERTS ? true : undefined));
    await eventually('repetition', 30, async () =>
      (await counted('autoops_ingest_duplicates_total')) >= ALERTS ? true : undefined,
    );
    expect(await stored()).toEqual({ firing: ALERTS });
  });

  it('leads to one incident of its service', async () => {
    const read = async () => {
      const response = await fetch(new URL('/api/v1/incidents?service=checkout&environment=prod', product.url), {
        headers: { authorization: `Bearer ${viewer}` },
      });
      const { items } = page(IncidentRow).parse(await response.json());
      return items.length > 0 ? items : undefined;
    };
    const incidents = await eventually('incident', 30, read);
    expect(incidents).toHaveLength(1);
  });

  it('hands in the end of each once', async () => {
    await send(true);
    await eventually('resolved alerts', 60, async () => ((await stored())['resolved'] === ALERTS ? true : undefined));
    expect(await stored()).toEqual({ resolved: ALERTS });
  });
});
