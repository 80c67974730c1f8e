import { Skeleton } from '../state/skeletons.tsx';

/** The card's size: its head, what, why and how, what changes, and where it is decided. */
export function ApprovalSkeleton() {
  return (
    <div className="approval">
      <div className="approval-head">
        <Skeleton height={24} width={170} />
      </div>
      <div className="approval-body">
        <Skeleton height={48} />
        <Skeleton height={24} width={126} />
        <Skeleton height={190} />
        <Skeleton height={98} />
        <Skeleton height={17} width="45%" />
      </div>
      <div className="approval-bar">
        <div className="approval-decision">
          <Skeleton height={50} />
        </div>
      </div>
    </div>
  );
}
