import { describe, expect, it } from 'vitest';
import { firstPageAt, inlineScriptSources, type FirstPage } from './first-page.ts';

const page: FirstPage = {
  html: '<head><script>one()</script><!-- first page: the files of this address --><link href="/assets/entry.css"></head><body><!-- first page: what is drawn of this address --><main>',
  screens: [
    { path: '/', scripts: ['assets/now.js'], styles: [] },
    { path: '/incidents/:id', scripts: ['assets/incident.js'], styles: ['assets/incident.css'] },
    { path: '*', scripts: ['assets/none.js'], styles: [] },
  ],
};

describe('the first page', () => {
  it('names the files of the screen at its address, and is cut where it is drawn', () => {
    const [before, after] = firstPageAt(page, '/incidents/INC-0001');
    expect(before).toContain(
      '<link rel="preload" as="script" crossorigin fetchpriority="low" href="/assets/incident.js">',
    );
    expect(before).toContain('<link rel="stylesheet" crossorigin href="/assets/incident.css">');
    expect(before.indexOf('incident.css'), 'its styles override those of the entry').toBeGreaterThan(
      before.indexOf('entry.css'),
    );
    expect(before).toMatch(/<body>$/);
    expect(after).toBe('<main>');
    expect(firstPageAt(page, '/incidents/prod:shop/')).toEqual([before, after]);
  });

  it.each(['/incidents/%22%3E%3Cscript%3E', '/incidents/"><script>', '/incidents/$&'])(
    'puts nothing of %s into the page',
    (address) => {
      expect(firstPageAt(page, address)).toEqual(firstPageAt(page, '/incidents/INC-0001'));
    },
  );

  it.each(['/nowhere', '/incidents/a/b'])('names no files at %s, where no screen is', (address) => {
    expect(firstPageAt(page, address).join('')).not.toContain('as="script"');
  });

  it('lets the page run exactly its own inline scripts', () => {
    expect(inlineScriptSources(page.html)).toEqual(["'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4='"]);
    expect(inlineScriptSources('<script src="/a.js"></script>')).toEqual([]);
  });
});
