import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { Choice } from '../controls/choice.tsx';
import { DetectedCard } from '../incident/detected-card.tsx';
import { FixCard } from '../incident/fix-card.tsx';
import { ForecastCard } from '../incident/forecast-card.tsx';
import '../incident/incident.css';
import { INCIDENT_STATES, sampleView, type SampleState } from './incident-samples.ts';

/** What is shown belongs to no incident of this installation: nothing is asked about it. */
const nothingAsked = new QueryClient({ defaultOptions: { queries: { enabled: false } } });

/** The three cards of an incident in the state that is chosen: one at a time, as a page has each card once. */
export function IncidentCards() {
  const [state, setState] = useState<SampleState>('needs approval');
  const [now] = useState(() => Date.now());
  const view = sampleView(state, now);
  return (
    <div className="stack">
      <Choice
        label="State of the incident"
        value={state}
        options={INCIDENT_STATES.map((each) => [each, each])}
        onChoose={setState}
      />
      <div className="trip">
        <QueryClientProvider client={nothingAsked}>
          <DetectedCard view={view} />
          <ForecastCard view={view} />
          <FixCard view={view} onExecute={() => undefined} onEvaluate={() => undefined} executeRefusal={undefined} />
        </QueryClientProvider>
      </div>
    </div>
  );
}
