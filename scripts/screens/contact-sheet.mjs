import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How tall a picture may stand on a sheet, in pixels of the picture; a long page is cut there. */
const TALLEST = 2200;
const SCALE = { 1440: 0.5, 1024: 0.5, 720: 1, 360: 1 };

/** Writes `DIRECTORY/SCREEN.png`: one row a state, one column a view, each picture under its name. */
export async function contactSheet(browser, directory, screen, pictures) {
  const rows = [...new Set(pictures.map(({ state }) => state))];
  const cell = ({ state, view, file }) => {
    const source = `data:image/png;base64,${readFileSync(join(directory, file)).toString('base64')}`;
    const scale = SCALE[view.width];
    return `<figure><figcaption>${screen} · ${state} · ${view.name}</figcaption><div style="width:${view.width * scale}px;max-height:${TALLEST * scale}px;overflow:hidden"><img src="${source}" style="width:100%"></div></figure>`;
  };
  const html = `<!doctype html><style>
    body{margin:12px;background:#888;font:12px sans-serif;width:max-content}
    section{display:flex;gap:12px;align-items:flex-start;margin-bottom:16px}
    figure{margin:0} figcaption{padding:2px 0;font-weight:600} img{display:block}
  </style>${rows
    .map(
      (row) =>
        `<section>${pictures
          .filter(({ state }) => state === row)
          .map(cell)
          .join('')}</section>`,
    )
    .join('')}`;
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  try {
    await page.setContent(html, { waitUntil: 'load' });
    await page.locator('body').screenshot({ path: join(directory, `${screen}.png`) });
  } finally {
    await page.close();
  }
}
