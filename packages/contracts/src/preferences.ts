import { z } from 'zod';
import { Instant } from './primitives.ts';

/** Bytes of JSON that one person's preferences may take. */
const MOST_BYTES = 16_384;

const ListName = z.string().min(1).max(60);
const SavedView = z.strictObject({ name: z.string().min(1).max(40), search: z.string().max(500) });

/** How somebody likes the dashboard, wherever they sign in: saved views, hidden columns, moved keys, density. */
export const Preferences = z
  .strictObject({
    /** By list. */
    views: z.record(ListName, z.array(SavedView).max(30)).default({}),
    /** Keys of hidden columns, by table. */
    columns: z.record(ListName, z.array(z.string().min(1).max(60)).max(40)).default({}),
    /** The key that a screen names -> the key that is pressed. */
    keys: z.record(z.string().min(1).max(20), z.string().min(1).max(20)).default({}),
    density: z.enum(['comfortable', 'compact']).optional(),
  })
  .refine((preferences) => new TextEncoder().encode(JSON.stringify(preferences)).length <= MOST_BYTES, {
    message: `At most ${MOST_BYTES} bytes; forget views that are no longer needed.`,
  });
export type Preferences = z.infer<typeof Preferences>;

/** `GET /api/v1/preferences`: version 0 is what nobody has changed yet. `PUT` takes `preferences` with the version in `If-Match`. */
export const PreferencesResource = z.object({
  version: z.number().int().nonnegative(),
  updatedAt: Instant.optional(),
  preferences: Preferences,
});
export type PreferencesResource = z.infer<typeof PreferencesResource>;
