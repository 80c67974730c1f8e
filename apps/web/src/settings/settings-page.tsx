import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { useRefusal, useSession } from '../shell/session.tsx';
import { Screen } from '../shell/screen.tsx';
import { OtherSignIn } from '../shell/other-sign-in.tsx';
import { forbidden } from '../state/forbidden.ts';
import { Empty } from '../state/empty.tsx';
import { useLastFailure } from '../state/loaded.tsx';
import { Skeleton } from '../state/skeletons.tsx';
import { Channels } from './channels.tsx';
import { Preferences } from './preferences.tsx';
import { Tokens } from './tokens.tsx';

/** What each permission lets a person do. */
const MAY: Readonly<Record<string, string>> = {
  'aiops:read': 'read',
  'aiops:analyze': 'evaluate and propose plans',
  'aiops:remediate': 'start, stop and undo runs',
  'autoops:approve': 'decide approvals',
  'aiops:admin': 'manage tokens, notifications and toggles',
  'autoops:ingest': 'send signals',
};

/** Channels above tokens, both at once: what came late would push down what stands below it. */
function ForAdmins() {
  const channels = useQuery(queries.channels());
  const tokens = useQuery(queries.tokens());
  const deliveries = useQuery(queries.deliveries());
  const all = [channels, tokens, deliveries];
  const failure = useLastFailure(all, 'settings');
  if (failure === null && all.some(({ isPending }) => isPending)) return <Skeleton height={520} />;
  return (
    <>
      <Channels />
      <Tokens />
    </>
  );
}

/** What I may do, how this browser shows things, tokens, notifications. */
export default function SettingsPage() {
  const session = useSession();
  const admin = useRefusal('aiops:admin');
  const facts: readonly (readonly [string, string])[] = [
    ['Name', session.name ?? session.subject ?? ''],
    ['Role', session.role ?? ''],
    ['May', session.permissions.map((each) => MAY[each] ?? each).join('; ')],
    ['Workspace', session.workspace ?? 'default'],
    ['Version', session.version],
    ...(session.seasonNote === undefined ? [] : [['Demo', session.seasonNote] as const]),
  ];
  return (
    <Screen title="Settings">
      <div className="stack">
        <div className="grid2">
          <section className="card" aria-labelledby="signed-in">
            <div className="top">
              <h2 id="signed-in" className="h3">
                Signed in
              </h2>
            </div>
            <div className="rows">
              {facts.map(([title, value]) => (
                <div key={title} className="kv">
                  <span>{title}</span>
                  <strong>{value}</strong>
                </div>
              ))}
            </div>
          </section>
          <Preferences />
        </div>
        {admin === undefined ? (
          <ForAdmins />
        ) : (
          <section className="card">
            <Empty title="Tokens and notifications are for admins" {...forbidden('aiops:admin')}>
              <OtherSignIn />
            </Empty>
          </section>
        )}
      </div>
    </Screen>
  );
}
