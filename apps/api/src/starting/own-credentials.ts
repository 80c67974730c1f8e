import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Role, ROLE_PERMISSIONS } from '@autoops/contracts';
import { z } from 'zod';
import { newSecret, secretHash } from '../access/secrets.ts';
import type { AccessStore } from '../read-models.ts';

/** Whom a token of this machine acts for: in the demo its people, else the people of this machine; a service for what is sent in. */
const nameOf = (role: Role, demo: boolean): string =>
  role === 'ingest' ? 'local-ingest' : `${role}@${demo ? 'demo' : 'local'}`;

const Credentials = z.object({ url: z.string(), tokens: z.partialRecord(Role, z.string()) });

/**
 * Leaves tokens for this machine's command line and sandbox in the data directory (mode 600): `credentials.json` with the URL and a
 * token a role, `ingest-token` with the ingest token alone. Tokens that still work are kept, with the names they have. Only with dev
 * login on loopback.
 */
export async function leaveCredentials(
  access: AccessStore,
  dataDir: string,
  { url, demo }: { readonly url: string; readonly demo: boolean },
): Promise<void> {
  const file = join(dataDir, 'credentials.json');
  const known = readKnown(file);
  const workspaceId = await access.defaultWorkspace();
  const tokens: Partial<Record<Role, string>> = {};
  for (const role of Role.options)
    tokens[role] = (await working(access, known[role], role)) ?? (await make(access, workspaceId, role, demo));
  await mkdir(dataDir, { recursive: true });
  await writePrivately(file, `${JSON.stringify({ url, tokens }, null, 2)}\n`);
  await writePrivately(join(dataDir, 'ingest-token'), `${tokens.ingest ?? ''}\n`);
}

function readKnown(file: string): Partial<Record<Role, string>> {
  try {
    return Credentials.parse(JSON.parse(readFileSync(file, 'utf8'))).tokens;
  } catch {
    return {}; // absent or damaged: new ones are made
  }
}

async function working(access: AccessStore, secret: string | undefined, role: Role): Promise<string | undefined> {
  if (secret === undefined) return undefined;
  const token = await access.findToken(secretHash(secret));
  return token !== undefined && token.revokedAt === undefined && token.role === role ? secret : undefined;
}

async function make(access: AccessStore, workspaceId: string, role: Role, demo: boolean): Promise<string> {
  const secret = newSecret('aot');
  const token = {
    id: randomUUID(),
    workspaceId,
    name: nameOf(role, demo),
    role,
    permissions: ROLE_PERMISSIONS[role],
    environments: [],
    source: role === 'ingest' && demo ? 'sandbox' : undefined,
    expiresAt: undefined,
  };
  await access.createToken(token, secretHash(secret));
  return secret;
}

async function writePrivately(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, text, { mode: 0o600 });
  await chmod(partial, 0o600);
  await rename(partial, file);
}
