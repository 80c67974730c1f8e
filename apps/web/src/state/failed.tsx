import Button from '@mui/material/Button';
import type { Problem } from '@autoops/contracts';
import { asProblem } from '../api/problem.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { CommandLine } from '../controls/command-line.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { OtherSignIn } from '../shell/other-sign-in.tsx';
import { forbidden } from './forbidden.ts';

/** The permission that a refusal names; reading where it names none. */
function missingPermission(problem: Problem): string {
  return /permission ([\w:-]+)/.exec(problem.detail ?? '')?.[1] ?? 'aiops:read';
}

/** Where there is a list of what one was not found of. */
const LISTS: Readonly<Record<string, readonly [path: string, label: string]>> = {
  incident: ['/incidents', 'All incidents'],
  approval: ['/approvals', 'All approvals'],
  run: ['/runs', 'All runs'],
  runbook: ['/runbooks', 'All runbooks'],
  service: ['/services', 'All services'],
};

interface Headline {
  readonly title: string;
  readonly text: string;
  /** What else helps, said before the command where trying again comes first. */
  readonly remedy?: string;
  readonly command?: string;
}

function headline(problem: Problem, what: string): Headline {
  if (problem.status === 403) {
    return { title: `Your role does not let you see the ${what}`, ...forbidden(missingPermission(problem)) };
  }
  if (problem.status === 0)
    return {
      title: problem.title,
      text: `${what === 'session' ? 'Whether you are signed in is not known' : `The ${what} could not be loaded`}. This page asks again every few seconds; steps already under way do not depend on it.`,
      remedy: 'Check the network, or on the server use:',
      command: 'npx --no autoops doctor',
    };
  if (problem.status === 404)
    return {
      title: `There is no such ${what}`,
      text: 'The link may be old, or it belongs to another workspace.',
    };
  if (problem.status === 401) return { title: 'You are signed out', text: 'Sign in again; the page is kept as it is.' };
  if (problem.status === 429)
    return { title: 'Too many requests', text: 'The rate limit was reached; it is tried again by itself.' };
  return {
    title: problem.title,
    text: problem.detail ?? 'What is already on the page stays valid; only this part is missing.',
  };
}

/** A part of a page that failed: what, what still works, retry, and what to quote when asking for help. */
export function Failed({
  error,
  what,
  retry,
}: {
  readonly error: unknown;
  readonly what: string;
  readonly retry?: () => void;
}) {
  const problem = asProblem(error);
  const { title, text, remedy, command } = headline(problem, what);
  const list = problem.status === 404 ? LISTS[what] : undefined;
  const buttons = (
    <div className="row">
      {retry !== undefined && problem.status !== 403 && problem.status !== 404 && (
        <Button onClick={retry}>Try again</Button>
      )}
      {list !== undefined && <ActionButton to={list[0]}>{list[1]}</ActionButton>}
      {problem.requestId !== '' && (
        <CopyButton
          text={`${problem.code} ${problem.requestId}`}
          label={`Copy request ${problem.requestId.slice(0, 8)}`}
        />
      )}
    </div>
  );
  return (
    <div className="empty" role="alert">
      <h2 className="h3">{title}</h2>
      <p>{text}</p>
      {remedy !== undefined && (
        <>
          {buttons}
          <p>{remedy}</p>
        </>
      )}
      {command !== undefined && <CommandLine text={command} />}
      {problem.status === 403 && <OtherSignIn />}
      {remedy === undefined && buttons}
    </div>
  );
}
