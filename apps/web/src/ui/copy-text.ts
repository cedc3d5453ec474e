/** What a button that copies says: before, when the text is on the clipboard, and when the browser allows neither way. */
export const COPY_WORDS = { copied: 'Copied', selected: 'Press Ctrl+C' } as const;

export type CopyResult = keyof typeof COPY_WORDS;

/**
 * Puts `text` on the clipboard. Over http, but for this machine itself, browsers offer the old way only; where that fails too, the
 * text is selected for the person to copy.
 * @param shown the element in which `text` stands, in the same dialog as what was pressed, if in any
 */
export async function copyText(text: string, shown: Element): Promise<CopyResult> {
  // Outside of secure origins there is no `clipboard` at all, whatever its type says.
  const { clipboard } = navigator as { readonly clipboard?: Clipboard };
  try {
    if (clipboard !== undefined) {
      await clipboard.writeText(text);
      return 'copied';
    }
  } catch {
    // Not allowed; the old way may be.
  }
  if (copyTheOldWay(text, shown)) return 'copied';
  getSelection()?.selectAllChildren(shown);
  return 'selected';
}

function copyTheOldWay(text: string, shown: Element): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true; // keeps the keyboard of a phone away
  area.style.position = 'fixed'; // scrolls nothing
  const focused = document.activeElement;
  // While a dialog is open, everything outside of it is inert and cannot be selected.
  (shown.closest('dialog[open]') ?? document.body).append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }
}
