import { EnvironmentChip } from '../status/status.tsx';
import type { Column } from './data-table.tsx';

/** Where a row belongs: the environment's chip, sorted by its name. `width` is a CSS grid track. */
export function environmentColumn<T extends { readonly environment: string }>(width: string): Column<T> {
  return {
    key: 'env',
    title: 'Where',
    width,
    cell: (row) => <EnvironmentChip environment={row.environment} />,
    sortBy: (row) => row.environment,
  };
}
