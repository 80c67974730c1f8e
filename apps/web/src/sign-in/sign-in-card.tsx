import type { ReactNode } from 'react';
import { Icon } from '../shell/icons.tsx';
import './sign-in.css';

/** What stands before the product: one card with its name, for whoever is not signed in, or not known to be. */
export function SignInCard({ demo = false, children }: { readonly demo?: boolean; readonly children: ReactNode }) {
  return (
    <main className="sign-in">
      <div className="card">
        <div className="row sign-in-brand">
          <Icon name="brand" /> <b>AutoOps</b>
          {demo && <span className="chip guard">DEMO</span>}
        </div>
        {children}
      </div>
    </main>
  );
}
