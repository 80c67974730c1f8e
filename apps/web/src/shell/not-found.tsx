import { useLocation } from 'react-router';
import { ActionButton } from '../controls/action-button.tsx';
import { Empty } from '../state/empty.tsx';
import { Screen } from './screen.tsx';

/** No screen under this URL. */
export default function NotFound() {
  const { pathname } = useLocation();
  return (
    <Screen title="Not found">
      <Empty title="There is no such page" text={`Nothing is at ${pathname}.`}>
        <ActionButton primary to="/">
          Back to Now
        </ActionButton>
      </Empty>
    </Screen>
  );
}
