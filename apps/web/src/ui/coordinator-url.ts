/**
 * The address of a WebSocket of the coordinator that this page came from, by its place beside the page: a proxy may have put a path
 * before both.
 * @param path `./` or `./view`
 */
export function coordinatorUrl(path: './' | './view'): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}
