/** Downloads a file of this server as a click on its link does: the page stays where it is. */
export function download(href: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  link.click();
}
