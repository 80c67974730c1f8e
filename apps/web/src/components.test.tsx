// @vitest-environment happy-dom
import { ThemeProvider } from '@mui/material/styles';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { describe, expect, it } from 'vitest';
import { ApiProblem } from './api/problem.ts';
import { ConfirmDialog } from './controls/confirm-dialog.tsx';
import { ActionButton } from './controls/action-button.tsx';
import { isTyping, KeysProvider, useKeys } from './keyboard/keys.tsx';
import { Empty } from './state/empty.tsx';
import { Failed } from './state/failed.tsx';
import { Learning } from './state/learning.tsx';
import { Loaded } from './state/loaded.tsx';
import { EnvironmentChip, Status } from './status/status.tsx';
import { DataTable } from './table/data-table.tsx';
import { theme } from './theme/theme.ts';

function page(children: ReactNode) {
  return render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={new QueryClient()}>
        <KeysProvider>
          <MemoryRouter>{children}</MemoryRouter>
        </KeysProvider>
      </QueryClientProvider>
    </ThemeProvider>,
  );
}

const problem = (status: number) =>
  new ApiProblem({
    type: 'about:blank',
    title: 'A fault of AutoOps',
    status,
    code: 'internal',
    requestId: 'req-12345678',
  });

describe('states', () => {
  it('an error says what failed, offers a retry and the request id', () => {
    let tries = 0;
    page(<Failed error={problem(500)} what="incident" retry={() => (tries += 1)} />);
    expect(screen.getByRole('alert').textContent).toContain('A fault of AutoOps');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(tries).toBe(1);
    expect(screen.getByRole('button', { name: /Copy request req-1234/ })).toBeDefined();
  });
  it('missing and forbidden say which, and offer no useless retry', () => {
    page(<Failed error={problem(404)} what="incident" retry={() => undefined} />);
    expect(screen.getByRole('alert').textContent).toContain('There is no such incident');
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
    cleanup();
    page(<Failed error={problem(403)} what="audit log" />);
    const said = screen.getByRole('alert').textContent;
    expect(said).toContain('Your role does not let you see the audit log');
    expect(said).toContain('aiops:read (role viewer, operator, approver or admin). An admin grants it');
    expect(said).toContain('npx --no autoops token create --role viewer');
  });
  it('a server that is not reached keeps its problem while it is asked again', () => {
    const failing = { data: undefined, isPending: true, refetch: () => undefined };
    const shown = (failureReason: unknown) => (
      <Loaded query={{ ...failing, error: null, failureReason }} what="runs" heading="Runs" skeleton={<p>waiting</p>}>
        {() => null}
      </Loaded>
    );
    const { rerender } = render(shown(null));
    expect(screen.getByText('waiting')).toBeDefined();
    for (const reason of [problem(0), null]) {
      rerender(shown(reason));
      expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Runs');
      expect(screen.getByRole('alert').textContent).toContain('asks again every few seconds');
      expect(screen.queryByText('waiting')).toBeNull();
    }
  });
  it('old data stays visible beside a failed refetch', () => {
    page(
      <Loaded
        query={{ data: 'old data', error: problem(500), isPending: false, refetch: () => undefined }}
        what="x"
        skeleton={null}
      >
        {(data) => <p>{data}</p>}
      </Loaded>,
    );
    expect(screen.getByText('old data')).toBeDefined();
    expect(screen.getByRole('status').textContent).toContain('last that was received');
  });
  it('empty names the command that fills it; learning counts', () => {
    page(
      <>
        <Empty title="No incident yet" text="One opens when" command="autoops demo break noisy-job" />
        <Learning samples={12} of={60} />
      </>,
    );
    expect(document.querySelector('code')?.textContent).toBe('autoops demo break noisy-job');
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('12');
    expect(screen.getByText(/learning, 12 of 60 samples/)).toBeDefined();
  });
});

describe('status', () => {
  it('is always a shape and a word', () => {
    const { container } = page(<Status kind="severity" value="critical" />);
    expect(container.querySelector('svg')).not.toBeNull();
    expect(container.textContent).toBe('Critical');
  });
  it('writes prod in capitals on a hatched chip', () => {
    const { container } = page(<EnvironmentChip environment="prod" />);
    expect(container.querySelector('.chip.prod')?.textContent).toBe('PROD');
  });
});

describe('buttons', () => {
  it('a refused one does nothing', () => {
    let clicks = 0;
    page(
      <ActionButton onClick={() => (clicks += 1)} disabledBecause="You may not">
        Approve
      </ActionButton>,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Approve' }));
    expect(clicks).toBe(0);
  });
});

describe('confirmation', () => {
  it('does nothing until the reason is given and the environment typed', () => {
    const confirmed: string[] = [];
    page(
      <ConfirmDialog
        open
        title="Stop?"
        confirm="Stop everything"
        reason={{ label: 'Reason', required: true }}
        typed="prod"
        busy={false}
        error={null}
        onClose={() => undefined}
        onConfirm={(reason) => confirmed.push(reason)}
      />,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Stop everything' }));
    expect(confirmed).toEqual([]);
    fireEvent.change(screen.getByLabelText(/Reason/), { target: { value: 'maintenance' } });
    fireEvent.click(screen.getByRole('button', { name: 'Stop everything' }));
    expect(confirmed).toEqual([]);
    fireEvent.change(screen.getByLabelText(/Type prod/), { target: { value: 'prod' } });
    fireEvent.submit(screen.getByRole('button', { name: 'Stop everything' }));
    expect(confirmed).toEqual(['maintenance']);
  });
});

describe('keyboard', () => {
  function Keyed({ onKey }: { readonly onKey: () => void }) {
    useKeys({ e: { label: 'Evaluate', run: onKey } });
    return <input aria-label="field" />;
  }
  it('runs a shortcut, but not while somebody types', () => {
    let runs = 0;
    page(<Keyed onKey={() => (runs += 1)} />);
    fireEvent.keyDown(document.body, { key: 'e' });
    expect(runs).toBe(1);
    fireEvent.keyDown(screen.getByLabelText('field'), { key: 'e' });
    expect(runs).toBe(1);
    expect(isTyping(screen.getByLabelText('field'))).toBe(true);
  });
});

describe('table', () => {
  const rows = [
    { id: 'a', n: 2 },
    { id: 'b', n: 1 },
  ];
  const columns = [
    { key: 'id', title: 'Name', width: '1fr', cell: (row: (typeof rows)[number]) => row.id },
    {
      key: 'n',
      title: 'Count',
      width: '1fr',
      cell: (row: (typeof rows)[number]) => row.n,
      sortBy: (row: (typeof rows)[number]) => row.n,
    },
  ];
  it('sorts by a click on its head, says so, and opens a row by j and Enter', () => {
    const opened: string[] = [];
    page(
      <DataTable
        label="Things"
        columns={columns}
        rows={rows}
        idOf={(row) => row.id}
        onOpen={(row) => opened.push(row.id)}
        empty={null}
      />,
    );
    fireEvent.click(screen.getByRole('button', { name: /Count/ }));
    expect(screen.getByRole('columnheader', { name: /Count/ }).getAttribute('aria-sort')).toBe('ascending');
    fireEvent.keyDown(document.body, { key: 'j' });
    fireEvent.keyDown(document.body, { key: 'Enter' });
    expect(opened).toEqual(['b']);
  });
});
