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
    asks: z.array(z.string()),
    frame: z.string(),
  }),
);
type ScreenFiles = z.infer<typeof ScreenFiles>;

/** The lines of index.html that a screen's questions and files take the place of: the script between them waits for no style sheet. */
const ASKS = '<!-- first page: what this address asks for -->';
const FILES = '<!-- first page: the files of this address -->';
const FRAME = '<!-- first page: the frame of this address -->';

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
 * The page for an address: its head names the screen's scripts and styles, and the questions that the screen asks first, so that the
 * browser fetches all of them at once and not one after the other, and its body shows the shell's frame until the scripts have run.
 * `signedIn`: only then are they asked, for they would be refused.
 */
export function firstPageAt(
  { html, screens }: FirstPage,
  pathname: string,
  options: { readonly signedIn: boolean; readonly demo: boolean },
): string {
  const found = screens
    .map((screen) => ({ screen, id: matchPath(screen.path, pathname) }))
    .find(({ id }) => id !== undefined);
  const asks = found?.screen.asks ?? [];
  const asked = options.signedIn ? asks.filter((ask) => ask !== 'demo' || options.demo) : [];
  const questions = ['session', ...asked.map((ask) => ask.replace(':id', found?.id ?? ''))];
  const meta = `<meta name="autoops-asks" content="${questions.map((question) => `/api/v1/${question}`).join(' ')}">`;
  const scripts = (found?.screen.scripts ?? []).map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`);
  const styles = (found?.screen.styles ?? []).map((file) => `<link rel="stylesheet" crossorigin href="/${file}">`);
  // Whoever is not signed in will see the sign-in page, which has no frame.
  const frame = options.signedIn ? (found?.screen.frame ?? '') : '';
  // A screen's styles come after those of the entry, as they would if its script brought them: they may override.
  return html
    .replace(ASKS, meta)
    .replace(FILES, scripts.join('\n    '))
    .replace(FRAME, () => frame)
    .replace('</head>', [...styles, '</head>'].join('\n    '));
}

/** The encoded `:id` of a pathname under a screen's path, '' where the path has none; undefined where it is another screen's. */
function matchPath(path: string, pathname: string): string | undefined {
  const wanted = path.split('/');
  const given = pathname.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return undefined;
  if (wanted.some((part, index) => part !== ':id' && part !== given[index])) return undefined;
  const id = given[wanted.indexOf(':id')]?.replaceAll(/%3a/gi, ':');
  // Anything else than the characters of our ids is none of ours and stays out of the page.
  if (id !== undefined && !/^[\w.:~-]+$/.test(id)) return undefined;
  return id === undefined ? '' : encodeURIComponent(id);
}
