/** The element of the page with that id. */
export const byId = <Kind extends Element = HTMLElement>(id: string): Kind =>
  document.getElementById(id) as Element as Kind;

/** Writes a text where it is another, so that nothing is announced or laid out again for nothing. */
export function show(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

export const showElement = (id: string, isShown: boolean): void => void (byId(id).hidden = !isShown);

/** A new element of an SVG picture. */
export function svgElement(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
