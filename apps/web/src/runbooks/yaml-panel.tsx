import { useRef, useState } from 'react';
import { asProblem } from '../api/problem.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { CopyButton } from '../controls/copy.tsx';
import { plural } from '../format/numbers.ts';
import { Status } from '../status/status.tsx';
import { lineRange, useMistakes } from './mistakes.ts';

function Editor({ name, initial }: { readonly name: string; readonly initial: string }) {
  const [text, setText] = useState(initial);
  const field = useRef<HTMLTextAreaElement>(null);
  const { checked, error, busy } = useMistakes(text);
  const go = (line: number): void => {
    const area = field.current;
    if (area === null) return;
    const [from, to] = lineRange(text, line);
    area.focus();
    area.setSelectionRange(from, to);
    area.scrollTop = (area.scrollHeight / text.split('\n').length) * (line - 5);
  };
  return (
    <div className="stack tight">
      <div className="spread" role="status">
        {error !== null ? (
          <Status kind="verdict" value="deny" word={`Not checked: ${asProblem(error).title}`} />
        ) : checked === undefined ? (
          <Status kind="run" value="running" word="Checking" />
        ) : checked.valid ? (
          <Status kind="verdict" value="allow" word={busy ? 'Checking' : 'Would be loaded'} />
        ) : (
          <Status kind="verdict" value="deny" word={plural(checked.mistakes.length, 'mistake')} />
        )}
        <CopyButton text={text} label="Copy YAML" />
      </div>
      {(checked?.mistakes.length ?? 0) > 0 && (
        <ul className="mistakes" aria-label="Mistakes">
          {checked?.mistakes.map((mistake) => (
            <li key={`${mistake.line}:${mistake.column}:${mistake.message}`}>
              <button type="button" onClick={() => go(mistake.line)}>
                <span className="mono">
                  {mistake.line}:{mistake.column}
                </span>
                <span>{mistake.message}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        className="json editor"
        aria-label={`Copy of ${name}, to try changes`}
        spellCheck={false}
        rows={24}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="small muted">
        This is a copy to try changes in; nothing is stored. To use it, put it into runbooks/ of the installation: it is
        loaded at once, or kept out with the same mistakes.
      </p>
    </div>
  );
}

/** A runbook's YAML with line numbers, and a copy to change that is checked as loading would check it. */
export function YamlPanel({ name, yaml }: { readonly name: string; readonly yaml: string }) {
  const [editing, setEditing] = useState(false);
  return (
    <section className="card" aria-labelledby="yaml">
      <div className="top">
        <h2 id="yaml">YAML</h2>
        <span className="row">
          {!editing && <CopyButton text={yaml} label="Copy YAML" />}
          <ActionButton onClick={() => setEditing(!editing)}>
            {editing ? 'Back to what is in force' : 'Try changes'}
          </ActionButton>
        </span>
      </div>
      {editing ? (
        <Editor name={name} initial={yaml} />
      ) : (
        <pre className="json numbered" tabIndex={0} aria-label="Runbook YAML">
          {yaml.split('\n').map((line, index) => (
            <span key={index} className="line">
              {line}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </section>
  );
}
