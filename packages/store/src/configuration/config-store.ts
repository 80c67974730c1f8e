import type { ConfigDocument, ConfigKind } from '@autoops/contracts';
import type { ConfigReader, ConfigWriter } from '@autoops/pipeline/ports';
import { digestOf } from '@autoops/digest';
import type { Pool } from 'pg';
import { execute, jsonText, rows, withWorkspace } from '../database.ts';
import { applyTransition } from '../state/commit.ts';

interface ConfigRow {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly body: unknown;
  readonly text: string;
  readonly loaded_at: Date;
}

/** The documents in force, as versioned rows. */
export function createConfigReader(pool: Pool): ConfigReader {
  return {
    current: async (workspaceId, kind) => {
      const found = await withWorkspace(pool, workspaceId, (transaction) =>
        rows<ConfigRow>(
          transaction,
          'select kind, name, version, digest, body, text, loaded_at from config_documents where kind = $1 and current order by name',
          [kind],
        ),
      );
      return found.map(({ loaded_at: loadedAt, ...document }): ConfigDocument => ({
        ...document,
        loadedAt: loadedAt.toISOString(),
      }));
    },
  };
}

/** Takes in what was validated. A change is audited, because rules and toggles decide what may run. */
export function createConfigWriter(pool: Pool): ConfigWriter {
  return {
    replace: (workspaceId, kind, documents) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        await execute(transaction, 'select pg_advisory_xact_lock(hashtextextended($1, 7216))', [
          `${workspaceId}/${kind}`,
        ]);
        const known = new Map(
          (
            await rows<{ name: string; version: number; digest: string; body: unknown; current: boolean }>(
              transaction,
              'select distinct on (name) name, version, digest, body, current from config_documents where kind = $1 order by name, version desc',
              [kind],
            )
          ).map((one) => [one.name, one]),
        );
        const changed: { name: string; digest: string | null; previous: string | null; version: number }[] = [];
        for (const document of documents) {
          const former = known.get(document.name);
          // The same file may say something else: what it leaves out is the installation's.
          const same =
            former?.digest === document.digest && digestOf(former.body) === digestOf(asStored(document.body));
          if (former?.current && same) continue;
          const version = (former?.version ?? 0) + 1;
          await execute(
            transaction,
            'update config_documents set current = false where kind = $1 and name = $2 and current',
            [kind, document.name],
          );
          await execute(
            transaction,
            `insert into config_documents (workspace_id, kind, name, version, digest, body, text, current) values ($1, $2, $3, $4, $5, $6, $7, true)`,
            [workspaceId, kind, document.name, version, document.digest, jsonText(document.body), document.text],
          );
          changed.push({
            name: document.name,
            digest: document.digest,
            previous: former?.current ? former.digest : null,
            version,
          });
        }
        const kept = new Set(documents.map((document) => document.name));
        for (const former of known.values()) {
          if (!former.current || kept.has(former.name)) continue;
          await execute(
            transaction,
            'update config_documents set current = false where kind = $1 and name = $2 and current',
            [kind, former.name],
          );
          changed.push({ name: former.name, digest: null, previous: former.digest, version: former.version });
        }
        if (changed.length > 0) {
          await applyTransition(transaction, {
            workspaceId,
            writes: [],
            audit: changed.map((change) => ({
              actor: { kind: 'system', id: 'configuration' },
              verb: change.digest === null ? 'config.removed' : 'config.loaded',
              subject: { kind, id: change.name },
              summary:
                change.digest === null
                  ? `${kind} ${change.name} is gone.`
                  : `${kind} ${change.name} version ${change.version} is in force.`,
              importance: 1,
              detail: { digest: change.digest, previous: change.previous, version: change.version },
            })),
            events: [{ type: 'config.changed', subject: { kind, id: changed.map((change) => change.name).join(',') } }],
          });
        }
        return changed.map((change) => change.name);
      }),
    reportProblem: (workspaceId, problem) =>
      withWorkspace(pool, workspaceId, async (transaction) => {
        if (problem === undefined) await execute(transaction, 'delete from config_problems');
        else {
          await execute(
            transaction,
            `insert into config_problems (workspace_id, file, message) values ($1, $2, $3)
             on conflict (workspace_id) do update set file = excluded.file, message = excluded.message, at = now()`,
            [workspaceId, problem.file, problem.message],
          );
        }
      }),
  };
}

/** A body as it comes back from its column. */
function asStored(body: unknown): unknown {
  return JSON.parse(jsonText(body));
}
