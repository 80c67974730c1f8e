import { Link, useLocation } from 'react-router';
import { Empty } from '../state/states.tsx';
import { useTitle } from './title.ts';

/** No screen under this URL. */
export default function NotFound() {
  useTitle('Not found');
  const { pathname } = useLocation();
  return (
    <>
      <h1 className="sr">Not found</h1>
      <Empty title="There is no such page" text={`Nothing is at ${pathname}.`}>
        <Link className="link" to="/">
          Back to Now
        </Link>
      </Empty>
    </>
  );
}
