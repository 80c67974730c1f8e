import { useQuery } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { queries } from '../api/queries.ts';
import { ActionButton } from '../controls/action-button.tsx';
import { marksOf, type Mark } from './marks.ts';
import './tour.css';

const TourContext = createContext<{ readonly start: () => void }>({ start: () => undefined });

/** Starts the tour. Only inside the shell. */
export function useTour(): { readonly start: () => void } {
  return use(TourContext);
}

/** A mark's element waits at most this long to appear after its page was opened. */
const APPEARS_WITHIN_MS = 4000;
const CARD_WIDTH = 320;

const sameBox = (a: DOMRect, b: DOMRect): boolean =>
  a.top === b.top && a.left === b.left && a.width === b.width && a.height === b.height;

function MarkCard({
  mark,
  at,
  of,
  onMove,
  onEnd,
}: {
  readonly mark: Mark;
  readonly at: number;
  readonly of: number;
  readonly onMove: (step: number) => void;
  readonly onEnd: () => void;
}) {
  const titleId = useId();
  const card = useRef<HTMLDivElement>(null);
  const { pathname } = useLocation();
  const [box, setBox] = useState<DOMRect | undefined>();

  useEffect(() => {
    if (pathname !== mark.path) return;
    let frame = 0;
    let scrolled = false;
    const began = performance.now();
    const look = (): void => {
      const element = document.querySelector(mark.selector);
      if (element === null) {
        if (performance.now() - began > APPEARS_WITHIN_MS) return onMove(1);
      } else {
        if (!scrolled) {
          element.scrollIntoView({ block: 'center' });
          card.current?.focus({ preventScroll: true });
          scrolled = true;
        }
        const next = element.getBoundingClientRect();
        setBox((last) => (last !== undefined && sameBox(last, next) ? last : next));
      }
      frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [mark, pathname, onMove]);

  const left = Math.max(12, Math.min(box?.left ?? 12, innerWidth - CARD_WIDTH - 12));
  const below = box === undefined || box.bottom + 190 < innerHeight;
  return (
    <>
      {box !== undefined && (
        <div
          className="tour-ring"
          aria-hidden="true"
          style={{ top: box.top - 6, left: box.left - 6, width: box.width + 12, height: box.height + 12 }}
        />
      )}
      <div
        ref={card}
        className="tour-card"
        role="dialog"
        aria-labelledby={titleId}
        tabIndex={-1}
        style={
          box === undefined
            ? { visibility: 'hidden' }
            : { left, ...(below ? { top: box.bottom + 14 } : { bottom: Math.max(12, innerHeight - box.top + 14) }) }
        }
        onKeyDown={(event) => {
          if (event.key === 'Escape') onEnd();
          if (event.key === 'ArrowRight') onMove(1);
          if (event.key === 'ArrowLeft') onMove(-1);
        }}
      >
        <p className="small faint">
          {at + 1} of {of}
        </p>
        <h2 id={titleId} className="h3">
          {mark.title}
        </h2>
        <p>{mark.text}</p>
        <div className="spread">
          <ActionButton onClick={onEnd}>{at + 1 === of ? 'Close' : 'Skip'}</ActionButton>
          <span className="row">
            {at > 0 && <ActionButton onClick={() => onMove(-1)}>Back</ActionButton>}
            {at + 1 < of && (
              <ActionButton primary onClick={() => onMove(1)}>
                Next
              </ActionButton>
            )}
          </span>
        </div>
      </div>
    </>
  );
}

/** The tour: at most eight marks on what is really there; Escape skips it, the arrow keys move. */
export function TourProvider({ children }: { readonly children: ReactNode }) {
  const navigate = useNavigate();
  const incidents = useQuery(queries.incidents({ limit: 200 }));
  const [at, setAt] = useState<number | undefined>();
  const newest = incidents.data?.items.find((row) => row.state !== 'closed') ?? incidents.data?.items[0];
  const marks = useMemo(() => marksOf(newest?.name), [newest?.name]);
  const mark = at === undefined ? undefined : marks[at];

  const show = useCallback(
    (next: number | undefined) => {
      const wanted = next === undefined ? undefined : marks[next];
      setAt(wanted === undefined ? undefined : next);
      if (wanted !== undefined) void navigate(wanted.path);
    },
    [marks, navigate],
  );
  const move = useCallback((step: number) => show(Math.max(0, (at ?? 0) + step)), [at, show]);
  const end = useCallback(() => show(undefined), [show]);
  const value = useMemo(() => ({ start: () => show(0) }), [show]);
  return (
    <TourContext value={value}>
      {children}
      {mark !== undefined && at !== undefined && (
        <MarkCard key={at} mark={mark} at={at} of={marks.length} onMove={move} onEnd={end} />
      )}
    </TourContext>
  );
}
