import { useEffect, useState, type CSSProperties } from 'react';

/** A grey block of the final size, shown only when loading takes longer than 150 ms. */
export function Skeleton({ height, width }: { readonly height: number | string; readonly width?: number | string }) {
  // What the server draws is looked at for longer than that.
  const [shown, setShown] = useState(typeof document === 'undefined');
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      className={shown ? 'skeleton' : undefined}
      style={{ height, width: width ?? '100%' }}
      role="status"
      aria-label="Loading"
    />
  );
}

/** A part of a screen that is awaited: blocks of these heights, below each other or as the class `grid` lays them out. */
interface SkeletonPart {
  readonly heights: readonly (number | string)[];
  readonly grid?: string;
  readonly width?: number | string;
}

/** The shape of a screen that is awaited, from top to bottom. */
export function SkeletonScreen({ parts }: { readonly parts: readonly SkeletonPart[] }) {
  return (
    <div className="stack">
      {parts.map(({ heights, grid, width }, part) => (
        <div key={part} className={grid ?? 'stack'}>
          {heights.map((height, index) => (
            <Skeleton key={index} height={height} {...(width === undefined ? {} : { width })} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** A table that is awaited: one card with its head and rows of this height in px, which on a phone are cards of one height. */
export function SkeletonTable({ rows, rowHeight = 57 }: { readonly rows: number; readonly rowHeight?: number }) {
  return (
    <div className="card flush awaited-table" style={{ '--columns-row': `${rowHeight}px` } as CSSProperties}>
      <div className="head">
        <Skeleton height={12} width="24%" />
      </div>
      {Array.from({ length: rows }, (_row, index) => (
        <div key={index}>
          <Skeleton height={12} width={index % 2 === 0 ? '62%' : '48%'} />
        </div>
      ))}
    </div>
  );
}

/** Lines of skeleton below each other. */
export function SkeletonRows({ rows, height = 40 }: { readonly rows: number; readonly height?: number }) {
  return (
    <div className="stack tight" aria-hidden={false}>
      {Array.from({ length: rows }, (_row, index) => (
        <Skeleton key={index} height={height} />
      ))}
    </div>
  );
}
