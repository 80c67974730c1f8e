/**
 * For the `ref` of an element whose words are told anew: it keeps the height that it once took, for as long as its width stays, so that
 * what is read below it does not jump up when its text becomes shorter.
 */
export function keptHeight(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  let [width, most] = [element.offsetWidth, 0];
  const observer = new ResizeObserver(() => {
    if (element.offsetWidth !== width) {
      [width, most] = [element.offsetWidth, 0];
      element.style.minHeight = '';
    }
    most = Math.max(most, element.offsetHeight);
    element.style.minHeight = `${most}px`;
  });
  observer.observe(element);
  return () => observer.disconnect();
}
