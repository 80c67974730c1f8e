import { Name } from '@autoops/contracts';

/** The name of a service or environment that a label says: as it is where it is a name, else made one; empty without a label. */
export function nameOf(label: string | undefined): string {
  if (label === undefined || label === '' || Name.safeParse(label).success) return label ?? '';
  const name = label
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+/g, '')
    .slice(0, 64)
    .replaceAll(/[^a-z0-9]+$/g, '');
  return name === '' ? 'unknown' : name;
}
