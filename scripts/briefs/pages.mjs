import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildBrief } from '@autoops/reports';
import { chromium } from 'playwright-core';
import { root } from '../bootstrap/root.mjs';
import { toldAgain } from '../../tests/briefs/told-again.ts';
import { PARTS, requirePart } from '../../tests/programs.ts';

/** Incidents whose detail pages are drawn, too. */
const DETAILED = ['verified', 'ineffective'];
/** Of this one the bundle's verification is shown, and that of a bundle in which one number was changed. */
const VERIFIED = 'verified';
const DPI = 100;
const LIMIT = 200_000;

/** Draws page one of each brief into `out`, the detail pages of two, and what `autoops bundle verify` says of one. */
export async function drawPages(bundles, out) {
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'autoops-brief-pages-'));
  try {
    for (const { kind, file } of bundles) {
      const text = gunzipSync(readFileSync(file)).toString('utf8');
      writeFileSync(join(work, `${kind}.pdf`), await buildBrief(toldAgain(text).input));
      const pages = DETAILED.includes(kind) ? ['1', '2', '3'] : ['1'];
      for (const page of pages) {
        run(program('pdftoppm'), [
          '-r',
          String(DPI),
          '-f',
          page,
          '-l',
          page,
          '-singlefile',
          '-png',
          join(work, `${kind}.pdf`),
          join(work, 'page'),
        ]);
        reduce(join(work, 'page.png'), join(out, page === '1' ? `${kind}.png` : `${kind}-page-${page}.png`));
      }
      if (kind === VERIFIED) await drawVerification(text, work, join(out, 'bundle-verify.png'));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A picture with one palette of at most 64 colours: a page of text needs no more. */
function reduce(source, target) {
  const filter = 'split[a][b];[a]palettegen=max_colors=64:reserve_transparent=0[p];[b][p]paletteuse=dither=none';
  run(program('ffmpeg'), ['-y', '-loglevel', 'error', '-i', source, '-vf', filter, '-compression_level', '9', target]);
  const size = statSync(target).size;
  if (size > LIMIT) throw new Error(`${target} is ${size} bytes, too large for the repository.`);
}

async function drawVerification(text, work, target) {
  const said = [
    ['incident.json', text],
    ['changed.json', text.replace(/"failedRequests": \d+/u, '"failedRequests": 1')],
  ].map(([name, content]) => {
    writeFileSync(join(work, name), content);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(root, 'apps/cli/dist/main.js'), 'bundle', 'verify', name],
      { cwd: work, encoding: 'utf8' },
    );
    return `$ autoops bundle verify ${name}\n${stdout}${stderr}exit code ${status}\n`;
  });
  const browser = await chromium.launch({ executablePath: requirePart('chromium'), chromiumSandbox: false });
  try {
    const page = await browser.newPage({ viewport: { width: 820, height: 200 } });
    await page.setContent(
      '<body style="margin:0;background:#fff"><pre style="margin:0;padding:20px;font:14px/1.5 monospace;white-space:pre-wrap"></pre>',
    );
    await page.locator('pre').evaluate((element, words) => (element.textContent = words), said.join('\n'));
    await page.screenshot({ path: join(work, 'verify.png'), fullPage: true });
  } finally {
    await browser.close();
  }
  reduce(join(work, 'verify.png'), target);
}

function program(name) {
  const found = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
    .map((folder) => join(folder, name))
    .find((path) => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined)
    throw new Error(`${name} is not installed: ${PARTS.pdftotext.install}, ${PARTS.ffmpeg.install}`);
  return found;
}

function run(file, args) {
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stderr}`);
}
