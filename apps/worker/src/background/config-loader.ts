import type { ConfigKind } from '@autoops/contracts';
import type { ConfigWriter } from '@autoops/pipeline/ports';
import type { Log } from '../telemetry/log.ts';

/** What the files say, as the connector reads them. */
export interface FilesRead {
  readonly documents: readonly {
    readonly kind: ConfigKind;
    readonly name: string;
    readonly body: unknown;
    readonly text: string;
    readonly digest: string;
  }[];
  /** Kinds with a mistake: their last good version stays in force as a whole. */
  readonly failedKinds: readonly ConfigKind[];
  readonly problem: { readonly file: string; readonly message: string } | undefined;
}

const KINDS: readonly ConfigKind[] = [
  'slo',
  'topology',
  'rate-card',
  'sources',
  'indicators',
  'environment',
  'runbook',
];

/** Takes in what the files say: every kind without a mistake becomes the version in force, a mistake raises the banner and changes nothing. */
export async function takeIn(workspaceId: string, read: FilesRead, writer: ConfigWriter, log: Log): Promise<void> {
  const inForce: Partial<Record<ConfigKind, number>> = {};
  for (const kind of KINDS) {
    if (read.failedKinds.includes(kind)) continue;
    const documents = read.documents.filter((document) => document.kind === kind);
    const changed = await writer.replace(workspaceId, kind, documents);
    if (changed.length === 0) continue;
    inForce[kind] = changed.length;
    log.debug({ kind, changed }, 'configuration in force');
  }
  if (Object.keys(inForce).length > 0) log.info({ changed: inForce }, 'configuration in force');
  await writer.reportProblem(workspaceId, read.problem);
  if (read.problem !== undefined)
    log.warn({ ...read.problem }, 'configuration has a mistake; the last good version stays');
}
