/** The address of a WebSocket of the coordinator that this page came from. */
export const coordinatorUrl = (path: string): string =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
