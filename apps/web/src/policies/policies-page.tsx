import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { Tabs } from '../controls/tabs.tsx';
import '../evaluate/evaluate.css';
import { plural } from '../format/numbers.ts';
import { Screen } from '../shell/screen.tsx';
import { useParameter } from '../shell/url-state.ts';
import { Banner } from '../state/banner.tsx';
import { Empty } from '../state/empty.tsx';
import { Loaded, useLastFailure } from '../state/loaded.tsx';
import { Skeleton, SkeletonTable } from '../state/skeletons.tsx';
import { DecisionLog } from './decision-log.tsx';
import { Environments } from './environments.tsx';
import './policies.css';
import { Rules } from './rules.tsx';
import { WhatIf } from './what-if.tsx';

const TABS = [
  ['rules', 'Rules'],
  ['runbooks', 'Runbook toggles'],
  ['environments', 'Environments'],
  ['decisions', 'Decision log'],
  ['what-if', 'What if'],
] as const;

/** The bundle in force: its rules and toggles, what environments allow, every decision, and what-ifs. */
export default function PoliciesPage() {
  const query = useQuery(queries.policies());
  const [tab] = useParameter('tab', 'rules');
  const page = query.data;
  const failure = useLastFailure([query], 'policies');
  return (
    <Screen
      title="Policies"
      head={
        page === undefined ? (
          failure === null && <Skeleton height={32} width={420} />
        ) : (
          <span className="row muted small">
            {plural(page.items.filter((each) => each.kind === 'rule').length, 'rule')} in force, bundle{' '}
            <span className="mono">#{page.bundleDigest.slice(0, 12)}</span>
            <CopyButton text={page.bundleDigest} label="Copy digest" />
            <ActionButton to="/audit?verb=policy.toggle">Toggle changes</ActionButton>
          </span>
        )
      }
    >
      {page?.configProblem !== undefined && (
        <Banner tone="high" glyph="triangle">
          <b>A changed file was not taken over; the version before it stays in force.</b>{' '}
          <span className="mono">{page.configProblem.file}</span>: {page.configProblem.message}
        </Banner>
      )}
      {page?.bundleProblem !== undefined && (
        <Banner tone="high" glyph="triangle">
          <b>The changed policy bundle was not taken over; the one before it stays in force.</b> {page.bundleProblem}
        </Banner>
      )}
      <Tabs label="Policies" tabs={TABS} />
      <div className="tab-body">
        {tab === 'decisions' && <DecisionLog />}
        {tab === 'what-if' && <WhatIf />}
        {tab !== 'decisions' && tab !== 'what-if' && (
          <Loaded query={query} what="policies" skeleton={<SkeletonTable rows={8} rowHeight={95} />}>
            {(loaded) =>
              tab === 'environments' ? (
                <Environments environments={loaded.environments} />
              ) : loaded.items.length === 0 ? (
                <Empty
                  title="No rule is loaded"
                  text="Without a readable bundle every plan is denied."
                  command="npx --no autoops doctor"
                />
              ) : (
                <Rules page={loaded} kind={tab === 'runbooks' ? 'runbook' : 'rule'} />
              )
            }
          </Loaded>
        )}
      </div>
    </Screen>
  );
}
