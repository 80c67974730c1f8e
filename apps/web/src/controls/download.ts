/** Downloads a file of this server as a click on its link does: the page stays where it is. */
export function download(href: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  link.click();
}

/** Hands a text out as a file. */
export function save(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
  // The click has taken the blob by the next task; kept on, it would stay in memory as long as the page.
  setTimeout(() => URL.revokeObjectURL(href), 0);
}
