import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { FIRST_WINDOW, measureWhenReported } from './measure.ts';

/** Fewer rows than this are all in the document: find-in-page works, and there is nothing to gain. */
const VIRTUAL_FROM = 150;

interface VirtualListProps<T> {
  readonly label: string;
  readonly className?: string;
  readonly items: readonly T[];
  /** The same function at each render: with another one the places of all rows are computed anew. */
  readonly keyOf: (item: T) => string;
  readonly row: (item: T) => ReactNode;
  /** The height of an ordinary row in px; real heights are measured. */
  readonly rowHeight: number;
  /** Called when the last row comes into sight, to read on. */
  readonly onEnd?: () => void;
}

/** A list that scrolls with the window and keeps only what is near the screen in the document. */
export function VirtualList<T>({ label, className, items, keyOf, row, rowHeight, onEnd }: VirtualListProps<T>) {
  const host = useRef<HTMLDivElement>(null);
  const virtual = items.length >= VIRTUAL_FROM;
  const keyAt = useCallback(
    (index: number) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    [items, keyOf],
  );
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer hands out functions; nothing here is memoised on them
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count: virtual ? items.length : 0,
    estimateSize: () => rowHeight,
    overscan: 3,
    measureElement: measureWhenReported,
    initialRect: FIRST_WINDOW,
    scrollMargin: host.current?.offsetTop ?? 0,
    getItemKey: keyAt,
  });
  const shown = virtualizer.getVirtualItems();
  const atEnd = virtual && (shown.at(-1)?.index ?? 0) >= items.length - 1;
  useEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, onEnd]);
  return (
    <div
      ref={host}
      role="list"
      aria-label={label}
      className={className}
      style={virtual ? { height: virtualizer.getTotalSize(), position: 'relative' } : undefined}
    >
      {virtual
        ? shown.map((each) => {
            const item = items[each.index];
            return item === undefined ? null : (
              <div
                key={each.key}
                role="listitem"
                aria-setsize={items.length}
                aria-posinset={each.index + 1}
                data-index={each.index}
                ref={virtualizer.measureElement}
                className="virtual-row"
                style={{ transform: `translateY(${each.start - virtualizer.options.scrollMargin}px)` }}
              >
                {row(item)}
              </div>
            );
          })
        : items.map((item) => (
            <div key={keyOf(item)} role="listitem">
              {row(item)}
            </div>
          ))}
    </div>
  );
}
