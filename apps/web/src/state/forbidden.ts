/** The roles that have a permission. */
const ROLES_WITH: Readonly<Record<string, string>> = {
  'aiops:read': 'viewer, operator, approver or admin',
  'aiops:analyze': 'operator or admin',
  'aiops:remediate': 'operator or admin',
  'autoops:approve': 'approver or admin',
  'aiops:admin': 'admin',
};

/** The smallest role that has a permission; admin where only that one does. */
const LEAST_ROLE: Readonly<Record<string, string>> = {
  'aiops:read': 'viewer',
  'aiops:analyze': 'operator',
  'aiops:remediate': 'operator',
  'autoops:approve': 'approver',
};

/** Which permission is missing, which roles have it, and the command of whoever can grant it. */
export function forbidden(permission: string): { readonly text: string; readonly command: string } {
  return {
    text: `This needs the permission ${permission} (role ${ROLES_WITH[permission] ?? 'admin'}). An admin grants it, or makes a token that has it with:`,
    command: `npx --no autoops token create --role ${LEAST_ROLE[permission] ?? 'admin'}`,
  };
}

/** The same without the command, for where a line has room. */
export function forbiddenText(permission: string): string {
  return `This needs the permission ${permission} (role ${ROLES_WITH[permission] ?? 'admin'}). An admin can grant it.`;
}
