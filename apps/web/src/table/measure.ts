import { measureElement, type Virtualizer } from '@tanstack/react-virtual';

/** The window in which the server lays rows out, which knows of none; a browser says its own at once. */
export const FIRST_WINDOW = { width: 1440, height: 900 };

/**
 * The height of a virtual row in px, without forcing a layout while the first rows are being put in: until the browser reports it (in the
 * same frame) a row is as high as it was, or as rows usually are. A row that comes later is measured at once: others move by it.
 */
export function measureWhenReported(
  element: HTMLElement,
  entry: ResizeObserverEntry | undefined,
  virtualizer: Virtualizer<Window, HTMLElement>,
): number {
  if (entry !== undefined) return measureElement(element, entry, virtualizer);
  const index = virtualizer.indexFromElement(element);
  const { itemSizeCache, options } = virtualizer;
  return (
    itemSizeCache.get(options.getItemKey(index)) ??
    (itemSizeCache.size > 0 ? element.offsetHeight : options.estimateSize(index))
  );
}
