import '@fontsource-variable/inter';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { makeClient } from './api/cache.ts';
import { App } from './app.tsx';
import { takeAnswers } from './first-page/answers.ts';
import { routesAt } from './routes.tsx';
import './theme/base.css';
import './shell/shell.css';
import './shell/rail.css';
import './shell/topbar.css';
import './shell/palette.css';
import './chart/chart.css';
import './table/table.css';
import './table/facets.css';

/** Draws the whole page at once, in place of what the server drew: the screen's code is fetched first. */
async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  const client = makeClient();
  takeAnswers(client);
  const router = createBrowserRouter([...(await routesAt(location.pathname))]);
  createRoot(root).render(
    <App client={client}>
      <RouterProvider router={router} />
    </App>,
  );
}

// Not awaited here: the screens import from this file's chunk, and would wait for its end.
void start();
