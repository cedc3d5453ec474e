import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { percent } from '../../ui/format.ts';
import { commands, facts, isCutOff } from '../state.ts';
import { DrawCanvas } from './draw-canvas.tsx';
import { predictionsOf, type Prediction } from './predictions.ts';
import { ShareBars } from './share-bars.tsx';
import { failure, said, samples, startThinking, thoughtStep } from './thinker.ts';

/** Test images shown. */
const SHOWN = 40;

/** Test images with what the current weights take them for, computed in this tab, and only while somebody looks. */
export function ThinkPanel(): JSX.Element {
  const panel = useRef<HTMLElement>(null);
  const isSeen = useSignal(false);
  const { config } = facts.value!;
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => (isSeen.value = entry?.isIntersecting ?? false));
    observer.observe(panel.current!);
    return () => observer.disconnect();
  }, [isSeen]);
  const seen = isSeen.value;
  // Its program comes from the coordinator too, when that is back.
  const isBroken = failure.value !== '' && isCutOff.value;
  useEffect(() => (seen && !isBroken ? startThinking(config) : undefined), [seen, isBroken, config]);
  const all =
    said.value === undefined || samples.value === undefined
      ? []
      : predictionsOf(said.value, samples.value.labels);
  const wrong = all.filter(({ label, predicted }) => label !== predicted).length;
  const side = Math.sqrt(config.dataset.featureCount);
  return (
    <section class="panel think" aria-labelledby="think-title" ref={panel}>
      <header>
        <h2 id="think-title">See it think</h2>
        <p class="aside">
          {all.length === 0
            ? 'test images, read by the current weights in your browser'
            : `step ${thoughtStep.value.toLocaleString('en-US')}: ${all.length - wrong} of ${all.length} test images are right (${percent(1 - wrong / all.length)})`}
        </p>
      </header>
      {isCutOff.value && (isBroken || all.length === 0) && <CoordinatorGone />}
      {failure.value !== '' && !isBroken && (
        <p role="alert">This browser cannot compute here: {failure.value}.</p>
      )}
      <div class="think-columns">
        <ul class="samples">
          {all.slice(0, SHOWN).map((prediction) => (
            <Sample key={prediction.index} prediction={prediction} side={side} />
          ))}
          {all.length === 0 &&
            Array.from({ length: SHOWN }, (_, index) => (
              <li key={index} class="sample blank" aria-hidden="true" />
            ))}
        </ul>
        <DrawCanvas side={side} />
      </div>
    </section>
  );
}

/** Why nothing is read here, and what shows it again. */
function CoordinatorGone(): JSX.Element {
  const command = commands.value?.dashboard;
  return (
    <p role="status">
      The coordinator is gone, and with it the weights and the program that read here. When it runs again, so
      does this; on its machine, <code>{command ?? 'lockstep dashboard FOLDER'}</code> shows the run without
      it.
    </p>
  );
}

function Sample({
  prediction,
  side,
}: {
  readonly prediction: Prediction;
  readonly side: number;
}): JSX.Element {
  const { index, label, predicted, shares } = prediction;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const ctx = canvas.current!.getContext('2d')!;
    const { rows, featureCount } = samples.value!;
    const image = ctx.createImageData(side, side);
    for (let pixel = 0; pixel < featureCount; pixel++) {
      const ink = rows[index * featureCount + pixel]!;
      image.data.set([255, 255, 255, ink], 4 * pixel);
    }
    ctx.putImageData(image, 0, 0);
  }, [index, side]);
  const isWrong = label !== predicted;
  return (
    <li class={isWrong ? 'sample wrong' : 'sample'}>
      <canvas
        ref={canvas}
        width={side}
        height={side}
        role="img"
        aria-label={isWrong ? `a ${label}, taken for a ${predicted}` : `a ${label}, read rightly`}
      />
      <ShareBars shares={shares} />
      <span class="verdict number" aria-hidden="true">
        {isWrong ? `${label} → ${predicted}` : label}
      </span>
    </li>
  );
}
