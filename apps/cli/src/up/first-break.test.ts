import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstBreak } from './first-break.ts';
import { cliTokenFile } from './token-files.ts';
import { readSettings, type Settings } from './settings.ts';

/** An API with the three routes that are used, whose services are learned at the third question. */
let server: Server;
let settings: Settings;
let asked: number;
let anybodyHasBroken: boolean;
let breaks: unknown[];

beforeEach(async () => {
  asked = 0;
  anybodyHasBroken = false;
  breaks = [];
  server = createServer((request, response) => {
    if (request.headers.authorization !== 'Bearer aot_test') return void response.writeHead(401).end();
    if (request.url === '/api/v1/demo') return void response.end(JSON.stringify({ anybodyHasBroken }));
    if (request.method === 'GET') {
      asked += 1;
      return void response.end(
        JSON.stringify({ items: [{ state: 'healthy' }, { state: asked < 3 ? 'learning' : 'healthy' }] }),
      );
    }
    void request.toArray().then((chunks) => {
      breaks.push(JSON.parse(chunks.join('')));
      response.writeHead(202).end(JSON.stringify({ at: '2026-01-01T00:00:00Z' }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const dataDir = mkdtempSync(join(tmpdir(), 'first-break-test-'));
  writeFileSync(cliTokenFile(dataDir), 'aot_test\n');
  settings = readSettings({ AUTOOPS_DATA_DIR: dataDir, AUTOOPS_PORT: String((server.address() as AddressInfo).port) });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(settings.dataDir, { recursive: true });
});

describe('firstBreak', () => {
  it('waits until all services are learned, breaks the noisy job once, and says so', async () => {
    const said: string[] = [];
    expect(await firstBreak(settings, (sentence) => said.push(sentence), new AbortController().signal, 5)).toBe(true);
    expect(asked).toBe(3);
    expect(breaks).toEqual([{ fault: 'noisy-job', environment: 'staging', rising: true }]);
    expect(said.join()).toContain('broken the noisy job in staging');
  });

  it('leaves the shop alone when anybody has broken it before', async () => {
    anybodyHasBroken = true;
    expect(await firstBreak(settings, () => undefined, new AbortController().signal, 5)).toBe(false);
    expect(breaks).toEqual([]);
  });

  it('ends with the product', async () => {
    const stop = new AbortController();
    const waiting = firstBreak(settings, () => undefined, stop.signal, 60_000);
    stop.abort();
    expect(await waiting).toBe(false);
    expect(breaks).toEqual([]);
  });
});
