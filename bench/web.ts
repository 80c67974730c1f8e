import { fileURLToPath } from 'node:url';
import type { Benchmark } from './figure.ts';
import { openBrowser } from './web/browser.ts';
import { bundleFigures } from './web/bundle.ts';
import { partFigures } from './web/parts.ts';
import { productFigures } from './web/product.ts';

const web = fileURLToPath(new URL('../apps/web', import.meta.url));

export const webBenchmark: Benchmark = {
  name: 'web',
  about:
    'The dashboard in headless Chromium at 1440x900: sizes of what was built, its heavy parts alone with generated data, and Web Vitals on the running sandbox; the server shares the machine.',
  run: async ({ quick }) => {
    const browser = await openBrowser();
    try {
      return [
        ...bundleFigures(`${web}/dist`),
        ...(await partFigures(browser, web, quick ? 2 : 5)),
        ...(await productFigures(browser, quick)),
      ];
    } finally {
      await browser.close();
    }
  },
};
