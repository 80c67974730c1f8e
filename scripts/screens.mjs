// `pnpm screens OUT`: every screen of the real product in every state, light and dark, at three widths, with a contact
// sheet for each screen (OUT/NAME.png), so that a person can look at all of them. No answer is invented: see states.mjs.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { part, PARTS } from '../tests/programs.ts';
import { contactSheet } from './screens/contact-sheet.mjs';
import { photographStates } from './screens/states.mjs';
import { readOptions, refuse } from './options.ts';

const STATES = ['learning', 'loading', 'error', 'forbidden', 'viewer', 'open', 'full', 'empty'];
/** The height that goes with each width; 720 is what 1440 becomes when a reader zooms to 200 %. */
const HEIGHTS = { 1440: 900, 1024: 768, 720: 450, 360: 640 };
const WIDTHS = ['1440', '1024', '360'];
const SCHEMES = ['light', 'dark'];
/** How an eye may see the colours, as Chromium simulates it. */
const VISIONS = ['none', 'protanopia', 'deuteranopia', 'tritanopia', 'achromatopsia'];

const USAGE = `usage: pnpm screens OUT [--states a,b] [--screens a,b] [--views 720-light,360-dark-protanopia]

--states   of ${STATES.join(', ')}; by default all
--screens  of apps/web/src/screens.ts, as their pictures are named; by default all
--views    width-scheme or width-scheme-vision: widths ${Object.keys(HEIGHTS).join(', ')}, schemes ${SCHEMES.join(', ')}, visions ${VISIONS.slice(1).join(', ')}`;

const { values, positionals } = readOptions(USAGE, {
  allowPositionals: true,
  options: {
    states: { type: 'string', default: STATES.join(',') },
    screens: { type: 'string' },
    views: {
      type: 'string',
      default: WIDTHS.flatMap((width) => SCHEMES.map((scheme) => `${width}-${scheme}`)).join(','),
    },
  },
});
const [out] = positionals;
if (out === undefined) refuse(USAGE, 'Say where the pictures shall go');
const executablePath = part('chromium');
if (executablePath === undefined) {
  console.error(`chromium is needed to take the pictures: ${PARTS.chromium.install}`);
  process.exit(2);
}
const views = values.views.split(',').map((view) => {
  const [width, scheme, vision = 'none'] = view.split('-');
  const height = HEIGHTS[width];
  if (height === undefined || !SCHEMES.includes(scheme ?? '') || !VISIONS.includes(vision))
    refuse(USAGE, `There is no view ${view}`);
  return { name: view, width: Number(width), height, scheme, vision };
});
const states = values.states.split(',');
const unknown = states.find((state) => !STATES.includes(state));
if (unknown !== undefined) refuse(USAGE, `There is no state ${unknown}`);

const directory = resolve(out);
mkdirSync(directory, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: false,
  args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync', '--hide-scrollbars'],
});
try {
  const taken = await photographStates({
    browser,
    directory,
    states,
    views,
    only: values.screens === undefined ? undefined : new Set(values.screens.split(',')),
  });
  for (const [screen, pictures] of taken) await contactSheet(browser, directory, screen, pictures);
  console.log(`${[...taken.values()].flat().length} pictures of ${taken.size} screens in ${directory}`);
} finally {
  await browser.close();
}
