import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What the build of the dashboard writes of each screen (apps/web/vite.config.ts). */
const ScreenFiles = z.array(
  z.object({
    path: z.string(),
    scripts: z.array(z.string()),
    styles: z.array(z.string()),
  }),
);
type ScreenFiles = z.infer<typeof ScreenFiles>;

/** The lines of index.html that a screen's files, and what is drawn of it, take the place of. */
const FILES = '<!-- first page: the files of this address -->';
const DRAWN = '<!-- first page: what is drawn of this address -->';

/** The built dashboard's page, and what it needs by address. */
export interface FirstPage {
  readonly html: string;
  readonly screens: ScreenFiles;
}

/** Reads the built page; undefined where nothing is built. Throws where `screens.json` is not what the build writes. */
export function readFirstPage(webDir: string): FirstPage | undefined {
  const page = join(webDir, 'index.html');
  if (!existsSync(page)) return undefined;
  const list = join(webDir, 'screens.json');
  return {
    html: readFileSync(page, 'utf8'),
    screens: existsSync(list) ? ScreenFiles.parse(JSON.parse(readFileSync(list, 'utf8'))) : [],
  };
}

/** The `sha256-...` sources of the inline scripts of a page: what a strict Content-Security-Policy allows and nothing else. */
export function inlineScriptSources(html: string): readonly string[] {
  return [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, code]) =>
      `'sha256-${createHash('sha256')
        .update(code ?? '')
        .digest('base64')}'`,
  );
}

/**
 * The page for an address, cut where what is drawn of it goes. The first part names the screen's scripts and styles in its head, so
 * that the browser fetches them while the server still asks and draws, and not one after the other.
 */
export function firstPageAt({ html, screens }: FirstPage, pathname: string): readonly [string, string] {
  const found = screens.find((screen) => isAt(screen.path, pathname));
  // Fetched and not yet compiled, as those of the entry are (apps/web/vite.config.ts).
  const scripts = (found?.scripts ?? []).map(
    (file) => `<link rel="preload" as="script" crossorigin fetchpriority="low" href="/${file}">`,
  );
  const styles = (found?.styles ?? []).map((file) => `<link rel="stylesheet" crossorigin href="/${file}">`);
  // A screen's styles come after those of the entry, as they would if its script brought them: they may override.
  const page = html.replace(FILES, scripts.join('\n    ')).replace('</head>', [...styles, '</head>'].join('\n    '));
  const [before = page, after = ''] = page.split(DRAWN);
  return [before, after];
}

/** Whether a pathname is one of a screen's path; `:id` stands for any one part. */
function isAt(path: string, pathname: string): boolean {
  const wanted = path.split('/');
  const given = pathname.replace(/(.)\/$/, '$1').split('/');
  return wanted.length === given.length && wanted.every((part, index) => part === ':id' || part === given[index]);
}
