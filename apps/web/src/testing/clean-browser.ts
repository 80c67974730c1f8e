import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

// Files of a worker share one browser: what a test shows and keeps in it ends with the test.
afterEach(() => {
  if (typeof document === 'undefined') return;
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
});
