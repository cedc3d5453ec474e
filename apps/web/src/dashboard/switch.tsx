import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';

interface SwitchProps<T extends string> {
  readonly name: string;
  readonly value: Signal<T>;
  readonly choices: readonly T[];
}

/** A few words, one of which is chosen. */
export function Switch<T extends string>({ name, value, choices }: SwitchProps<T>): JSX.Element {
  return (
    <div class="switch" role="group" aria-label={name}>
      {choices.map((choice) => (
        <button
          type="button"
          key={choice}
          aria-pressed={value.value === choice}
          onClick={() => (value.value = choice)}
        >
          {choice}
        </button>
      ))}
    </div>
  );
}
