import { useMemo, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { encode } from 'uqr';
import { COPY_WORDS, copyText, type CopyResult } from '../ui/copy-text.ts';
import { quoted } from '../ui/quoted.ts';
import { joinLinks } from './state.ts';

/** How others take part: the QR, the link, the command. */
export function Invitation(): JSX.Element {
  const links = joinLinks.value;
  // Of several addresses, people who see this page reach the one that it came from.
  const link = links.find((each) => new URL('./', location.href).href === each.split('#')[0]) ?? links[0];
  if (link === undefined) {
    return (
      <p>
        Ask whoever started the run for its link: it carries a secret that those who only watch are not given.
      </p>
    );
  }
  const isLocal = isLoopback(new URL(link).hostname);
  return (
    <div class={isLocal ? 'invitation local' : 'invitation'}>
      {!isLocal && <Qr text={link} />}
      <div>
        <p>
          {isLocal ? (
            <>
              Open this on this machine only, or start with <code class="short">--host 0.0.0.0</code> for
              others. Nothing is installed.
            </>
          ) : (
            'Open this on a laptop or a phone, or point its camera at the square. Nothing is installed.'
          )}
        </p>
        <Copyable text={link} />
        {links.length > 1 && (
          <details>
            <summary>Other addresses</summary>
            {links.map((each) => each !== link && <Copyable key={each} text={each} />)}
          </details>
        )}
        <p>
          {isLocal ? 'Or let a process take part' : 'Or let a machine with Node take part'}, in a clone after{' '}
          <code class="short">npm ci</code>:
        </p>
        <Copyable text={commandFor(link)} />
      </div>
    </div>
  );
}

/** Whether a name leads to the machine it is called on, and from no other one here. */
const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** A line ready to be copied. */
export function Copyable({ text }: { readonly text: string }): JSX.Element {
  const result = useSignal<CopyResult | undefined>(undefined);
  const shown = useRef<HTMLElement>(null);
  return (
    <div class="copyable">
      <code ref={shown}>{text}</code>
      <button
        type="button"
        onClick={() => void copyText(text, shown.current!).then((done) => (result.value = done))}
        aria-label={`Copy: ${text.slice(0, 60)}`}
      >
        {result.value === undefined ? 'Copy' : COPY_WORDS[result.value]}
      </button>
    </div>
  );
}

function commandFor(link: string): string {
  const { protocol, host, pathname, hash } = new URL(link);
  const token = new URLSearchParams(hash.slice(1)).get('token');
  const secret = token === null ? '' : `LOCKSTEP_TOKEN=${quoted(token)} `;
  const url = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${pathname === '/' ? '' : pathname}`;
  return `${secret}node bin/lockstep.mjs worker ${quoted(url)}`;
}

/** Always dark on light: cameras expect it. */
function Qr({ text }: { readonly text: string }): JSX.Element {
  const { size, path } = useMemo(() => {
    const code = encode(text, { border: 2 });
    const squares = code.data.flatMap((row, y) =>
      row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
    );
    return { size: code.size, path: squares.join('') };
  }, [text]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="QR code of the link below">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
