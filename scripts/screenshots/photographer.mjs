import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 640 };

/**
 * A browser with a camera. `picture` takes a screen light and dark and, with `phone`, at 360x640; `frame` adds a frame to the
 * film. Pictures show what a viewport of 1440x900 shows, without scrolling.
 */
export async function photographer({ out, frames, executablePath, ffmpeg, url }) {
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--hide-scrollbars',
    ],
  });
  const context = await browser.newContext({
    viewport: DESK,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    baseURL: url,
  });
  const page = await context.newPage();
  let frameCount = 0;

  /** Screens have few colours: 256 of them look the same and take half the bytes. */
  const squeeze = (from, to) => {
    const filter = 'split[a][b];[a]palettegen=max_colors=256:stats_mode=full[p];[b][p]paletteuse=dither=none';
    const { status } = spawnSync(
      ffmpeg,
      ['-y', '-loglevel', 'error', '-i', from, '-vf', filter, '-pix_fmt', 'pal8', to],
      { stdio: 'inherit' },
    );
    if (status !== 0) throw new Error(`ffmpeg could not write ${to}`);
    rmSync(from);
  };
  const settle = async () => {
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    // Skeletons end when their data is there; a picture of one shows nothing.
    await page
      .locator('.skeleton')
      .first()
      .waitFor({ state: 'detached', timeout: 5000 })
      .catch(() => undefined);
    await page.waitForTimeout(250);
  };
  const shoot = async (name) => {
    const path = join(out, `${name}.png`);
    const raw = join(frames, 'raw.png');
    await page.screenshot({ path: raw, animations: 'disabled', caret: 'hide' });
    squeeze(raw, path);
    console.log(`${name}.png ${Math.round(statSync(path).size / 1024)} kB`);
  };

  return {
    page,
    async picture(name, { phone = false } = {}) {
      await settle();
      for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme });
        if (!phone) {
          await page.waitForTimeout(150);
          await shoot(`${name}-${scheme}`);
          continue;
        }
        await page.setViewportSize(PHONE);
        await page.waitForTimeout(300);
        await shoot(`${name}-phone-${scheme}`);
        await page.setViewportSize(DESK);
      }
      await page.emulateMedia({ colorScheme: 'light' });
    },
    async frame() {
      await settle();
      const name = `${String(frameCount).padStart(3, '0')}.png`;
      frameCount += 1;
      await page.screenshot({ path: join(frames, name), animations: 'disabled', caret: 'hide' });
    },
    close: () => browser.close(),
  };
}
