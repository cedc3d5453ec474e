import type { Ending, Phase, RunCommands } from '@lockstep/metrics';

/** Something to know or do about a run that has ended, and what to type for it. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}

/**
 * What becomes of the weights of a run that has ended: nothing is promised or offered that cannot work.
 * @param commands what to type on the coordinator's machine; undefined for those who do not know where that is
 */
export function adviceOf(phase: Phase, ending: Ending, commands: RunCommands | undefined): readonly Advice[] {
  const ofWeights = adviceOfWeights(phase, ending, commands);
  if (commands?.dashboard === undefined) return ofWeights;
  return [
    ...ofWeights,
    { text: "To see this page again, on the coordinator's machine:", command: commands.dashboard },
  ];
}

function adviceOfWeights(
  phase: Phase,
  { step, unsaved }: Ending,
  commands: RunCommands | undefined,
): readonly Advice[] {
  if (unsaved === 'lost') return adviceOfLost(step, phase, commands);
  if (unsaved === 'elsewhere') return adviceOfSpare(phase, commands);
  if (phase === 'diverged') return [{ text: 'The checkpoint of the last finite weights is kept.' }];
  const { resume, evaluate } = commands ?? {};
  if (phase === 'stopped') {
    return resume === undefined
      ? [{ text: 'Whoever started it can go on from here, to the weights it would have had anyway.' }]
      : [
          {
            text: "To go on from here, on the coordinator's machine, to the weights it would have had anyway:",
            command: resume,
          },
        ];
  }
  return evaluate === undefined
    ? []
    : [{ text: "To measure these weights again, on the coordinator's machine:", command: evaluate }];
}

function adviceOfLost(step: number, phase: Phase, commands: RunCommands | undefined): readonly Advice[] {
  const lost = {
    text: `The weights of step ${step.toLocaleString('en-US')} are not kept: no place took their checkpoint.`,
  };
  if (phase === 'diverged') return [lost];
  return commands === undefined
    ? [
        lost,
        {
          text: 'Whoever started it can make room and go on from the checkpoint before, to the same weights.',
        },
      ]
    : [
        lost,
        {
          text: "Make room; then this goes on from the checkpoint before, on the coordinator's machine, to the same weights:",
          command: commands.resume,
        },
      ];
}

function adviceOfSpare(phase: Phase, commands: RunCommands | undefined): readonly Advice[] {
  const what = "The run's folder did not take its last checkpoint";
  if (commands?.kept === undefined) {
    return [{ text: `${what}: it is kept in another place, which the coordinator's last lines name.` }];
  }
  const { kept, resume, evaluate } = commands;
  const taken = {
    text: `${what}: it is kept in ${kept.file}. When there is room, take it back, on the coordinator's machine:`,
    command: kept.takeBack,
  };
  if (phase === 'stopped') {
    return [
      taken,
      { text: 'Then go on from there, to the weights it would have had anyway:', command: resume },
    ];
  }
  return phase === 'diverged' || evaluate === undefined
    ? [taken]
    : [taken, { text: 'Then these weights can be measured again:', command: evaluate }];
}
