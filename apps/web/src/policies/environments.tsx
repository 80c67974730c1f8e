import type { EnvironmentRules } from '@autoops/contracts';
import { EnvironmentChip } from '../status/status.tsx';
import { Empty } from '../state/empty.tsx';
import { settingRows } from './environment-settings.ts';

/** What each environment allows, side by side; rows that differ are marked. */
export function Environments({ environments }: { readonly environments: readonly EnvironmentRules[] }) {
  if (environments.length === 0)
    return (
      <Empty
        title="No environment is loaded"
        text="Put a file for each into policies/environments; without one every plan is denied."
        command="npx --no autoops doctor"
      />
    );
  return (
    <div className="card flush scroll-x">
      <table className="plain-table matrix cards">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            {environments.map((each) => (
              <th key={each.environment} scope="col">
                <EnvironmentChip environment={each.environment} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settingRows(environments).map((row) => (
            <tr key={row.title} className={row.differs ? 'diff' : undefined}>
              <th scope="row">
                {row.title}
                {row.differs && <span className="sr"> (differs between environments)</span>}
              </th>
              {row.cells.map((cell, index) => (
                <td key={environments[index]?.environment} data-title={environments[index]?.environment}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
