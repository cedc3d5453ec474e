/** Whether a request for `url` leaves for another host than `host`; `data:` and `blob:` go nowhere. */
export const isElsewhere = (url: string, host: string): boolean => {
  const { protocol, host: asked } = new URL(url);
  return /^(?:https?|wss?):$/.test(protocol) && asked !== host;
};
