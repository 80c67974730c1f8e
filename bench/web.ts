import { fileURLToPath } from 'node:url';
import type { Benchmark } from './figure.ts';
import { bundleFigures } from './web/bundle.ts';
import { partFigures } from './web/parts.ts';
import { productFigures } from './web/product.ts';

const web = fileURLToPath(new URL('../apps/web', import.meta.url));

export const webBenchmark: Benchmark = {
  name: 'web',
  about:
    'The dashboard in headless Chromium at 1440x900: sizes of what was built, its heavy parts alone with generated data, and Web Vitals on the running sandbox; the server shares the machine, and the browser yields to it.',
  run: async ({ quick }) => {
    const figures = [...bundleFigures(`${web}/dist`), ...(await partFigures(web, quick ? 2 : 5))];
    return [...figures, ...(await productFigures(quick))];
  },
};
