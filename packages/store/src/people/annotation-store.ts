import type { Actor, Annotation, Page } from '@autoops/contracts';
import type { Pool } from 'pg';
import { execute, isUuid, plainText, row, withWorkspace } from '../database.ts';
import { Conditions, selectPage, type PageQuery } from '../read-models/page.ts';
import { present } from '../read-models/services.ts';
import { recorded, type Telling } from '../state/recorded.ts';

export interface AnnotationQuery extends PageQuery {
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
  /** Only what touches this stretch of time. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Notes of people on services' charts. */
export interface AnnotationStore {
  list(workspaceId: string, query: AnnotationQuery): Promise<Page<Annotation>>;
  find(workspaceId: string, id: string): Promise<Annotation | undefined>;
  /** Returns the audit id. */
  add(workspaceId: string, annotation: Annotation, telling: Telling): Promise<string>;
  /** Returns the audit id. */
  remove(workspaceId: string, id: string, telling: Telling): Promise<string>;
}

interface StoredAnnotation {
  readonly id: string;
  readonly environment: string;
  readonly service: string;
  readonly from_at: Date;
  readonly to_at: Date | null;
  readonly text: string;
  readonly author: string;
  readonly author_kind: Actor['kind'];
  readonly created_at: Date;
}

const COLUMNS = 'id, environment, service, from_at, to_at, text, author, author_kind, created_at';

const annotationOf = (stored: StoredAnnotation): Annotation => ({
  id: stored.id,
  environment: stored.environment,
  service: stored.service,
  from: stored.from_at.toISOString(),
  ...present('to', stored.to_at?.toISOString()),
  text: stored.text,
  author: { kind: stored.author_kind, id: stored.author },
  createdAt: stored.created_at.toISOString(),
});

export function createAnnotationStore(pool: Pool): AnnotationStore {
  return {
    list: (workspaceId, query) =>
      withWorkspace(pool, workspaceId, (transaction) =>
        selectPage<StoredAnnotation, Annotation>(
          transaction,
          {
            list: 'annotations',
            workspaceId,
            first: 'from_at',
            firstType: 'timestamptz',
            second: 'id',
            secondType: 'uuid',
          },
          query,
          {
            columns: COLUMNS,
            from: 'annotations',
            ...new Conditions()
              .add('environment = ?', query.environment)
              .add('environment = any (?)', query.environments)
              .add('service = ?', query.service)
              .add('coalesce(to_at, from_at) >= ?', query.from)
              .add('from_at <= ?', query.to)
              .parts(),
          },
          annotationOf,
        ),
      ),
    find: async (workspaceId, id) => {
      if (!isUuid(id)) return undefined;
      const found = await withWorkspace(pool, workspaceId, (transaction) =>
        row<StoredAnnotation>(transaction, `select ${COLUMNS} from annotations where id = $1`, [id]),
      );
      return found && annotationOf(found);
    },
    add: async (workspaceId, annotation, telling) =>
      (
        await recorded(pool, workspaceId, telling, (transaction) =>
          execute(
            transaction,
            `insert into annotations (workspace_id, ${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
            [
              workspaceId,
              annotation.id,
              annotation.environment,
              annotation.service,
              annotation.from,
              annotation.to ?? null,
              plainText(annotation.text),
              annotation.author.id,
              annotation.author.kind,
              annotation.createdAt,
            ],
          ),
        )
      ).auditId,
    remove: async (workspaceId, id, telling) =>
      (
        await recorded(pool, workspaceId, telling, (transaction) =>
          execute(transaction, 'delete from annotations where id = $1', [id]),
        )
      ).auditId,
  };
}
