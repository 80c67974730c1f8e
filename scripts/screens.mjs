// `node scripts/screens.mjs OUT`: every screen of the real product in every state, light and dark, at three widths, with a contact
// sheet for each screen (OUT/NAME.png), so that a person can look at all of them. No answer is invented: see states.mjs.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { part, PARTS } from '../tests/programs.ts';
import { contactSheet } from './screens/contact-sheet.mjs';
import { photographStates } from './screens/states.mjs';

const STATES = ['learning', 'loading', 'error', 'forbidden', 'viewer', 'open', 'full', 'empty'];
const WIDTHS = ['1440', '1024', '360'];
const SCHEMES = ['light', 'dark'];

const { values, positionals } = parseArgs({
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
if (out === undefined) {
  console.error(
    'Say where the pictures shall go: node scripts/screens.mjs OUT [--states a,b] [--screens a,b] [--views 360-dark]',
  );
  process.exit(2);
}
const executablePath = part('chromium');
if (executablePath === undefined) {
  console.error(`chromium is needed to take the pictures: ${PARTS.chromium.install}`);
  process.exit(2);
}
const views = values.views.split(',').map((view) => {
  const [width, scheme] = view.split('-');
  if (!WIDTHS.includes(width ?? '') || !SCHEMES.includes(scheme ?? '')) throw new Error(`No such view: ${view}`);
  return { name: view, width: Number(width), height: width === '360' ? 640 : 900, scheme };
});
const states = values.states.split(',');
const unknown = states.find((state) => !STATES.includes(state));
if (unknown !== undefined) throw new Error(`No such state: ${unknown}. There are ${STATES.join(', ')}.`);

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
