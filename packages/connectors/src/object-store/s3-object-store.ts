import { sha256Hex } from '@autoops/digest';
import type { ObjectStore } from '@autoops/pipeline/ports';
import { AwsClient } from 'aws4fetch';

export interface S3Options {
  /** `https://HOST/BUCKET[/PREFIX]`, path-style; anything that speaks S3 (MinIO, R2, Ceph, AWS). */
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly fetch?: typeof fetch;
}

const ADDRESS = /^[0-9a-f]{64}$/;
const TIMEOUT_MS = 30_000;

/** Objects in a bucket, named by their SHA-256. What comes back is checked against its name, so the bucket need not be trusted. */
export function s3ObjectStore(options: S3Options): ObjectStore {
  const { accessKeyId, secretAccessKey, region } = options;
  const aws = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  const base = options.url.replace(/\/+$/, '');
  const addressOf = (sha256: string): string => `${base}/${sha256.slice(0, 2)}/${sha256}`;
  const send = options.fetch ?? fetch;
  const call = async (
    method: 'GET' | 'PUT',
    sha256: string,
    init: { readonly headers?: Record<string, string>; readonly body?: Uint8Array<ArrayBuffer> } = {},
  ): Promise<Response> => {
    const signed = await aws.sign(addressOf(sha256), { method, ...init });
    return send(signed, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  };
  return {
    async put(bytes, contentType) {
      const sha256 = sha256Hex(bytes);
      const answer = await call('PUT', sha256, {
        headers: { 'content-type': contentType, 'x-amz-content-sha256': sha256 },
        body: new Uint8Array(bytes),
      });
      await answer.body?.cancel();
      if (!answer.ok)
        throw new Error(
          `The object store answered ${answer.status} to PUT. Check AUTOOPS_OBJECT_STORE_URL and its credentials.`,
        );
      return { sha256, uri: `${base.replace(/^https?:/, 's3:')}/${sha256.slice(0, 2)}/${sha256}` };
    },
    async get(sha256) {
      if (!ADDRESS.test(sha256)) return undefined;
      const answer = await call('GET', sha256);
      if (answer.status === 404) {
        await answer.body?.cancel();
        return undefined;
      }
      if (!answer.ok)
        throw new Error(
          `The object store answered ${answer.status} to GET. Check AUTOOPS_OBJECT_STORE_URL and its credentials.`,
        );
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (sha256Hex(bytes) !== sha256) throw new Error(`The object ${sha256} has been changed in the object store.`);
      return bytes;
    },
  };
}
