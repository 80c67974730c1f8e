// @vitest-environment happy-dom
import type { Annotation } from '@autoops/contracts';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { useQuery } from '@tanstack/react-query';
import { afterEach, describe, expect, it } from 'vitest';
import { queries } from '../api/queries.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { renderPage } from '../testing/page.tsx';
import { AnnotateDialog } from './annotate-dialog.tsx';
import { AnnotationList } from './annotation-list.tsx';

let restore = (): void => undefined;
afterEach(() => {
  cleanup();
  restore();
});

const FROM = Date.parse('2026-01-15T12:00:00Z');

function api() {
  let kept: Annotation[] = [];
  const fake = fakeApi({
    'GET /api/v1/annotations': () => ({ items: kept }),
    'POST /api/v1/annotations': (body) => {
      const annotation = {
        ...(body as Annotation),
        id: 'a1',
        author: { kind: 'person' as const, id: 'anna@example.org' },
        createdAt: '2026-01-15T12:00:00Z',
      };
      kept = [...kept, annotation];
      return { annotation, auditId: 'A1' };
    },
    'DELETE /api/v1/annotations/a1': () => {
      const [annotation] = kept;
      kept = [];
      return { annotation, auditId: 'A2' };
    },
  });
  restore = fake.restore;
  return { fake, kept: () => kept };
}

function Listed() {
  const annotations = useQuery(queries.annotations({}));
  return <AnnotationList annotations={annotations.data?.items ?? []} />;
}

describe('a note', () => {
  it('is written with the keyboard alone, for the stretch that was dragged over', async () => {
    const { kept } = api();
    let closed = 0;
    renderPage(
      <AnnotateDialog
        service="checkout"
        environment="staging"
        from={FROM}
        to={FROM + 90_000}
        refusal={undefined}
        onClose={() => (closed += 1)}
      />,
    );
    fireEvent.submit(screen.getByRole('button', { name: 'Note it' }));
    expect(kept()).toEqual([]);
    fireEvent.change(screen.getByLabelText(/What happened/), { target: { value: ' cache emptied ' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Note it' }));
    await waitFor(() => expect(closed).toBe(1));
    expect(kept()).toMatchObject([
      {
        text: 'cache emptied',
        service: 'checkout',
        environment: 'staging',
        from: '2026-01-15T12:00:00.000Z',
        to: '2026-01-15T12:01:30.000Z',
      },
    ]);
  });
  it('is not sent with times that are none, or for somebody who may not', () => {
    const { fake } = api();
    const dialog = (refusal?: string) => (
      <AnnotateDialog
        service="checkout"
        environment="staging"
        from={FROM}
        refusal={refusal}
        onClose={() => undefined}
      />
    );
    renderPage(dialog());
    fireEvent.change(screen.getByLabelText(/What happened/), { target: { value: 'x' } });
    fireEvent.change(screen.getByLabelText(/Until/), { target: { value: 'soon' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Note it' }));
    fireEvent.change(screen.getByLabelText(/Until/), { target: { value: '2026-01-15 11:00:00' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Note it' }));
    cleanup();
    renderPage(dialog('This needs the permission aiops:analyze.'));
    fireEvent.change(screen.getByLabelText(/What happened/), { target: { value: 'x' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Note it' }));
    expect(fake.calls).toEqual([]);
  });
  it('is removed by who wrote it, and put back', async () => {
    const { kept } = api();
    await fetch('/api/v1/annotations', {
      method: 'POST',
      body: JSON.stringify({ service: 'checkout', environment: 'staging', from: '2026-01-15T12:00:00Z', text: 'seen' }),
    });
    renderPage(<Listed />);
    fireEvent.click(await screen.findByRole('button', { name: 'Remove the note seen' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(kept()).toMatchObject([{ text: 'seen', from: '2026-01-15T12:00:00Z' }]));
    await screen.findByRole('button', { name: 'Remove the note seen' });
  });
});
