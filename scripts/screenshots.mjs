// `pnpm screenshots`: starts the real product, walks it from the spike to the brief, and takes the pictures of docs/images: every
// screen light and dark, the approval on a phone, and walk.gif. `--out DIR` puts them elsewhere.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './bootstrap/root.mjs';
import { readOptions } from './options.ts';
import { Shop } from '../tests/scenarios/shop.ts';
import { part, PARTS } from '../tests/programs.ts';
import { photographer } from './screenshots/photographer.mjs';
import { walk } from './screenshots/walk.mjs';

const { values } = readOptions('usage: pnpm screenshots [--out DIR]', {
  options: { out: { type: 'string', default: join(root, 'docs/images') } },
});

/** Largest files that belong into a repository that people clone. */
const PICTURE_LIMIT = 200_000;
const FILM_LIMIT = 3_000_000;

for (const name of ['chromium', 'ffmpeg']) {
  if (part(name) !== undefined) continue;
  console.error(`${name} is needed to take the pictures: ${PARTS[name].install}`);
  process.exit(2);
}
mkdirSync(values.out, { recursive: true });
const frames = mkdtempSync(join(tmpdir(), 'autoops-frames-'));
const shop = await Shop.open('prod');
const camera = await photographer({
  out: values.out,
  frames,
  executablePath: part('chromium'),
  ffmpeg: part('ffmpeg'),
  url: shop.url,
});
try {
  await walk({ shop, camera });
} finally {
  await camera.close();
  await shop.close();
}
film();
const tooLarge = readdirSync(values.out).filter(
  (name) => statSync(join(values.out, name)).size > (name.endsWith('.gif') ? FILM_LIMIT : PICTURE_LIMIT),
);
if (tooLarge.length > 0) {
  console.error(`Too large for the repository: ${tooLarge.join(', ')}`);
  process.exitCode = 1;
}

/** Joins the frames to one film with one palette; two seconds a frame, the last one longer. */
function film() {
  const count = readdirSync(frames).length;
  if (count === 0) return;
  const target = join(values.out, 'walk.gif');
  const filter =
    'fps=1/2,scale=900:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=96:stats_mode=full[p];[b][p]paletteuse=dither=none:diff_mode=rectangle';
  const made = spawnSync(
    part('ffmpeg'),
    [
      '-y',
      '-loglevel',
      'error',
      '-framerate',
      '1/2',
      '-i',
      join(frames, '%03d.png'),
      '-vf',
      `${filter}`,
      '-loop',
      '0',
      '-final_delay',
      '400',
      target,
    ],
    { stdio: 'inherit' },
  );
  rmSync(frames, { recursive: true, force: true });
  if (made.status !== 0 || !existsSync(target)) process.exitCode = 1;
  else console.log(`walk.gif: ${count} frames, ${Math.round(statSync(target).size / 1024)} kB`);
}
