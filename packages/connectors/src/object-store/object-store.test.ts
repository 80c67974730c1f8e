import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileObjectStore } from './file-object-store.ts';
import { objectStoreConformance } from './object-store.conformance.ts';
import { s3ObjectStore } from './s3-object-store.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', region: 'eu-west-1' };
let folder: string;
let server: Server;
let url: string;
const objects = new Map<string, Buffer>();

/** A bucket that knows objects and checks the signature by signing the same request itself. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autoops-objects-'));
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      void isSigned(request.method ?? '', request.url ?? '', request.headers).then((signed) => {
        const path = request.url ?? '';
        if (!signed) response.writeHead(403).end();
        else if (request.method === 'PUT') {
          objects.set(path, Buffer.concat(parts));
          response.writeHead(200).end();
        } else if (objects.has(path)) response.writeHead(200).end(objects.get(path));
        else response.writeHead(404).end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/autoops`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function isSigned(method: string, path: string, headers: Record<string, unknown>): Promise<boolean> {
  const client = new AwsClient({ ...CREDENTIALS, service: 's3' });
  const names = /SignedHeaders=([^,]+)/.exec(String(headers['authorization']))?.[1]?.split(';') ?? [];
  const again = await client.sign(new URL(path, url).href, {
    method,
    headers: Object.fromEntries(names.filter((name) => name !== 'host').map((name) => [name, String(headers[name])])),
    aws: { datetime: String(headers['x-amz-date']) },
  });
  return again.headers.get('authorization') === headers['authorization'];
}

objectStoreConformance('the file store', async () => fileObjectStore(join(folder, 'files')));
objectStoreConformance('the S3 store', async () => s3ObjectStore({ url, ...CREDENTIALS }));

describe('the file store', () => {
  it('leaves no partial file and notices a changed one', async () => {
    const directory = join(folder, 'changed');
    const store = fileObjectStore(directory);
    const { sha256 } = await store.put(new Uint8Array([1, 2, 3]), 'application/octet-stream');
    expect(await readdir(join(directory, sha256.slice(0, 2)))).toEqual([sha256]);
    await writeFile(join(directory, sha256.slice(0, 2), sha256), 'other');
    await expect(store.get(sha256)).rejects.toThrow('has been changed');
  });
});

describe('the S3 store', () => {
  it('says so when the bucket refuses, and notices a changed object', async () => {
    await expect(
      s3ObjectStore({ url, ...CREDENTIALS, secretAccessKey: 'wrong' }).put(new Uint8Array([1]), 'x/y'),
    ).rejects.toThrow('answered 403 to PUT');
    const store = s3ObjectStore({ url, ...CREDENTIALS });
    const { sha256 } = await store.put(new Uint8Array([9, 9]), 'x/y');
    objects.set(`/bucket/autoops/${sha256.slice(0, 2)}/${sha256}`, Buffer.from('other'));
    await expect(store.get(sha256)).rejects.toThrow('has been changed');
  });
});
