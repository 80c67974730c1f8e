import type { Page } from 'playwright-core';

/** Takes what the server drew out of the pages that come: the scripts find nothing and ask for all of it, as where it cannot be drawn. */
export async function comeUndrawn(page: Page): Promise<void> {
  await page.route(
    () => true,
    async (route) => {
      if (!route.request().isNavigationRequest()) return route.fallback();
      const response = await route.fetch();
      const body = (await response.text()).replace(/<div id="first-frame".*?<div id="root">/s, '<div id="root">');
      return route.fulfill({ response, body });
    },
  );
}
