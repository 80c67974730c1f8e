import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The heavy parts of the dashboard alone, built as the dashboard is: for `pnpm bench web`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['@autoops/source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2024', emptyOutDir: true, chunkSizeWarningLimit: 1000 },
});
