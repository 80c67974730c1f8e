// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react';
import { Link, useNavigate } from 'react-router';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../testing/page.tsx';
import { usePageTop } from './page-top.ts';

function Pages() {
  usePageTop();
  const navigate = useNavigate();
  return (
    <>
      <Link to="/approvals/a1">Open approval</Link>
      <Link to="/incidents/INC-0001?tab=evidence">Evidence</Link>
      <button type="button" onClick={() => void navigate(-1)}>
        Back
      </button>
    </>
  );
}

describe('where a page begins', () => {
  it('is its top, but not for a parameter of the same page, and going back is left to the browser', () => {
    renderPage(<Pages />, { url: '/incidents/INC-0001' });
    const click = (name: string) => {
      scrollTo(0, 400);
      fireEvent.click(screen.getByText(name));
      return scrollY;
    };
    expect(click('Evidence')).toBe(400);
    expect(click('Open approval')).toBe(0);
    expect(click('Back')).toBe(400);
  });
});
