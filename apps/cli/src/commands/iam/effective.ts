import { type EffectiveAction, EffectiveActionSchema, PlanKind } from '@muster/contract';
import { subjectOf, WHOM } from '../../access-question.ts';
import { printList } from '../../output/list.ts';
import { ago } from '../../output/time.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly service?: string;
}

/** `muster iam effective`: everything that somebody may do. */
export const effective = verb<Options, [who: string | undefined]>({
  configure(command) {
    command
      .argument('[who]', `${WHOM}; yourself when left out`)
      .option('--service <key>', 'only actions of this service');
  },
  examples: [
    'muster iam effective',
    'muster iam effective ana --service tat',
    'muster iam effective role/deploy --json',
  ],
  async run(app, { service = '' }, who) {
    const session = await app.connect();
    const subject = who === undefined ? {} : { subject: subjectOf(who) };
    const { actions } = await session.analysis.listEffective({ ...subject, service });
    const now = Date.now();
    printList(app, {
      schema: EffectiveActionSchema,
      items: actions,
      names: { list: 'Actions' },
      none: 'nothing at all',
      columns: [
        { heading: 'ACTION', cell: ({ action }) => action },
        { heading: 'HOW MUCH', cell: howMuch },
        { heading: 'ON', cell: ({ allow }) => allow.join(' '), flexible: true },
        { heading: 'BUT NOT ON', cell: ({ deny }) => deny.join(' '), flexible: true },
        { heading: 'LAST USED', cell: ({ lastUsedTime }) => ago(lastUsedTime, now) || 'never' },
      ],
    });
    return undefined;
  },
});

function howMuch({ kind, hasConditions }: EffectiveAction): string {
  if (kind === PlanKind.ALWAYS) return 'all';
  return hasConditions ? 'under conditions' : 'some';
}
