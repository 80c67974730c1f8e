import { renderToStaticMarkup } from 'react-dom/server';
import { StaticRouter } from 'react-router';
import { Icon } from './icons.tsx';
import { RailPlaces } from './rail.tsx';
import { SearchButton } from './search-button.tsx';

/**
 * The HTML of the shell at a screen's path, without anything that only a session knows. The build keeps it, and the server puts it
 * into the first page, so that a slow machine shows where things are while it still compiles the scripts. Nobody can act on it.
 */
export function firstFrame(path: string): string {
  return renderToStaticMarkup(
    <div id="first-frame" aria-hidden="true" inert>
      <StaticRouter location={path}>
        <div className="app">
          <RailPlaces />
          <div>
            <header className="topbar">
              <span className="icon-button menu-toggle">
                <Icon name="menu" />
              </span>
              <SearchButton />
              <span className="icon-button help">
                <b>?</b>
              </span>
            </header>
          </div>
        </div>
      </StaticRouter>
    </div>,
  );
}
