import type { Preferences, PreferencesResource } from '@autoops/contracts';
import type { Pool } from 'pg';
import { jsonText, row, withWorkspace } from '../database.ts';

interface StoredPreferences {
  readonly version: number;
  readonly doc: Preferences;
  readonly updated_at: Date;
}

const resourceOf = (stored: StoredPreferences): PreferencesResource => ({
  version: stored.version,
  updatedAt: stored.updated_at.toISOString(),
  preferences: stored.doc,
});

/** How each person likes the dashboard; a version guards against two pages that overwrite each other. */
export interface PreferencesStore {
  /** Undefined where this person has stored none. */
  of(workspaceId: string, subject: string): Promise<PreferencesResource | undefined>;
  /** Stores when the version is still the one that was seen (0: none was stored); undefined when it is not. */
  put(
    workspaceId: string,
    subject: string,
    seen: number,
    preferences: Preferences,
  ): Promise<PreferencesResource | undefined>;
}

export function createPreferencesStore(pool: Pool): PreferencesStore {
  return {
    of: async (workspaceId, subject) => {
      const found = await withWorkspace(pool, workspaceId, (transaction) =>
        row<StoredPreferences>(transaction, 'select version, doc, updated_at from preferences where subject = $1', [
          subject,
        ]),
      );
      return found && resourceOf(found);
    },
    put: async (workspaceId, subject, seen, preferences) => {
      const stored = await withWorkspace(pool, workspaceId, (transaction) =>
        seen === 0
          ? row<StoredPreferences>(
              transaction,
              `insert into preferences (workspace_id, subject, version, doc) values ($1, $2, 1, $3)
               on conflict do nothing returning version, doc, updated_at`,
              [workspaceId, subject, jsonText(preferences)],
            )
          : row<StoredPreferences>(
              transaction,
              `update preferences set version = version + 1, doc = $3, updated_at = clock_timestamp()
               where subject = $1 and version = $2 returning version, doc, updated_at`,
              [subject, seen, jsonText(preferences)],
            ),
      );
      return stored && resourceOf(stored);
    },
  };
}
