import { describe, expect, it } from 'vitest';
import { firstPageAt, inlineScriptSources, type FirstPage } from './first-page.ts';

const page: FirstPage = {
  html: '<head><!-- first page: what this address asks for --><script>one()</script><!-- first page: the files of this address --><link href="/assets/entry.css"></head><!-- first page: the frame of this address -->',
  screens: [
    { path: '/', scripts: ['assets/now.js'], styles: [], asks: ['services', 'demo'], frame: '<i>$& now</i>' },
    {
      path: '/incidents/:id',
      scripts: ['assets/incident.js'],
      styles: ['assets/incident.css'],
      asks: ['incidents/:id'],
      frame: '<i>incident</i>',
    },
    { path: '*', scripts: ['assets/none.js'], styles: [], asks: [], frame: '' },
  ],
};
const visitor = { signedIn: true, demo: true };

describe('the first page', () => {
  it('names the files and questions of the screen at its address', () => {
    const html = firstPageAt(page, '/incidents/INC-0001', visitor);
    expect(html).toContain('<link rel="modulepreload" crossorigin href="/assets/incident.js">');
    expect(html).toContain('<link rel="stylesheet" crossorigin href="/assets/incident.css">');
    expect(html.indexOf('incident.css'), 'its styles override those of the entry').toBeGreaterThan(
      html.indexOf('entry.css'),
    );
    expect(html).toContain('content="/api/v1/session /api/v1/incidents/INC-0001"');
    for (const address of ['/incidents/prod:shop', '/incidents/prod%3Ashop', '/incidents/prod:shop/'])
      expect(firstPageAt(page, address, visitor)).toContain('/api/v1/incidents/prod%3Ashop"');
  });

  it('asks for nothing that would be refused or is not there', () => {
    expect(firstPageAt(page, '/', { ...visitor, signedIn: false })).toContain('content="/api/v1/session"');
    expect(firstPageAt(page, '/', { ...visitor, demo: false })).toContain('content="/api/v1/session /api/v1/services"');
  });

  it('shows the frame of the shell to whoever is signed in, until the scripts have run', () => {
    expect(firstPageAt(page, '/', visitor)).toContain('</head><i>$& now</i>');
    expect(firstPageAt(page, '/', { ...visitor, signedIn: false })).toMatch(/<\/head>$/);
  });

  it.each(['/incidents/%22%3E%3Cscript%3E', '/incidents/"><script>', '/incidents/$&', '/nowhere', '/incidents/a/b'])(
    'puts nothing of %s into the page',
    (address) => {
      expect(firstPageAt(page, address, visitor)).toBe(firstPageAt(page, '/nowhere', visitor));
      expect(firstPageAt(page, address, visitor)).toContain('content="/api/v1/session"');
    },
  );

  it('lets the page run exactly its own inline scripts', () => {
    expect(inlineScriptSources(page.html)).toEqual(["'sha256-HR7iaask9daLMRRskMI++QeJtjWDOjyPA6lGzYGzKW4='"]);
    expect(inlineScriptSources('<script src="/a.js"></script>')).toEqual([]);
  });
});
