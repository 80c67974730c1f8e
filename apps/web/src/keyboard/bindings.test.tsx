// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import KeyMapDialog from '../shell/keymap.tsx';
import { renderPage } from '../testing/page.tsx';
import { readKept } from '../shell/kept.ts';
import { BINDINGS_KEY, bindingProblem, bindingsOf, boundKey, withBinding } from './bindings.ts';
import { useKeys } from './keys.tsx';

const readBindings = () => bindingsOf(readKept(BINDINGS_KEY));

describe('bindings', () => {
  it('are kept, given back, and survive a storage that holds nonsense', () => {
    expect(withBinding({}, 'e', 'q')).toEqual({ e: 'q' });
    expect(withBinding({ e: 'q' }, 'e', 'e')).toEqual({});
    localStorage.setItem('autoops-key-bindings', '{"e":3,"a":"w"}');
    expect(readBindings()).toEqual({ a: 'w' });
    localStorage.setItem('autoops-key-bindings', 'nonsense');
    expect(readBindings()).toEqual({});
  });
  it('refuse a key that means something else on the page, or begins another', () => {
    const onPage = [
      ['e', 'Evaluate'],
      ['a', 'Approve'],
      ['g s', 'Go to Services'],
    ] as const;
    expect(bindingProblem({}, onPage, 'e', 'a')).toContain('Approve');
    expect(bindingProblem({}, onPage, 'e', 'g')).toContain('begins');
    expect(bindingProblem({ a: 'w' }, onPage, 'e', 'a')).toBeUndefined();
    expect(bindingProblem({}, onPage, 'e', 'Shift')).toContain('Press a letter');
    expect(boundKey({ e: 'q' }, 'e')).toBe('q');
  });
});

describe('the keyboard map', () => {
  function Screen({ onKey }: { readonly onKey: () => void }) {
    const [map, setMap] = useState(false);
    useKeys({ e: { label: 'Evaluate', run: onKey } });
    return map ? (
      <KeyMapDialog onClose={() => setMap(false)} />
    ) : (
      <button type="button" onClick={() => setMap(true)}>
        Map
      </button>
    );
  }
  it('moves a key: the new one works, the old one no longer does', () => {
    let runs = 0;
    const onKey = (): void => void (runs += 1);
    renderPage(<Screen onKey={onKey} />);
    fireEvent.click(screen.getByRole('button', { name: 'Map' }));
    const button = screen.getByRole('button', { name: 'Evaluate: e; change' });
    fireEvent.click(button);
    fireEvent.keyDown(button, { key: 'q' });
    expect(screen.getByRole('button', { name: 'Evaluate: q; change' })).toBeDefined();
    expect(runs).toBe(0);
    cleanup();
    renderPage(<Screen onKey={onKey} />);
    fireEvent.keyDown(document.body, { key: 'e' });
    expect(runs).toBe(0);
    fireEvent.keyDown(document.body, { key: 'q' });
    expect(runs).toBe(1);
  });
});
