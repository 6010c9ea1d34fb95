import { access } from 'node:fs/promises';
import { type Explanation, SimulatePolicyResponseSchema } from '@muster/contract';
import { addCircumstances, askQuestion, type CircumstanceOptions, subjectOf } from '../../access-question.ts';
import { collect } from '../../option-values.ts';
import { outcomeColor, outcomeWord } from '../../output/explanation.ts';
import { printTable } from '../../output/table.ts';
import { toTatJson } from '../../output/to-json.ts';
import { readSource } from '../../script-source.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options extends CircumstanceOptions {
  readonly action?: readonly string[];
  readonly resource?: readonly string[];
}

/** `muster iam simulate`: many actions on many resources, for somebody or for documents that nobody has. */
export const simulate = verb<Options, [what: string[]]>({
  configure(command) {
    addCircumstances(
      command
        .argument('<what...>', "documents ('-' is standard input), or one user, role/NAME or group/NAME")
        .option('-a, --action <action>', 'an action to try; repeatable', collect)
        .option('-r, --resource <resource>', 'a resource to try it on; `*` when none is given; repeatable', collect),
    );
  },
  examples: [
    "muster iam simulate policy.json -a RunCommand -a InvokeCommand -r 'command/*' -r ins-1a2b3c4d",
    'muster iam simulate - -a tat:CreateCommand < policy.json',
    'muster iam simulate ana -a tat:DescribeCommands -r cmd-1a2b3c4d --with time=2026-01-31T12:00:00Z',
  ],
  async run(app, options, what) {
    const { action: actions = [], resource: resources = [] } = options;
    if (actions.length === 0) throw new Stop('no action to try', { hint: 'give -a ACTION' });
    const documents = await documentsAmong(what, (file) => readSource(file, app.terminal, 'the document'));
    const about = documents ? { policyDocuments: documents } : { subject: subjectOf(what[0]!) };
    const answer = await askQuestion(await app.connect(), options, { ...about, actions, resources });
    if (app.json) app.printJson(toTatJson(SimulatePolicyResponseSchema, answer));
    else printTable(app.terminal.out, COLUMNS, answer.results);
    return undefined;
  },
});

const COLUMNS = [
  {
    heading: 'OUTCOME',
    cell: ({ outcome }: Explanation) => outcomeWord(outcome),
    color: ({ outcome }: Explanation, colors: Parameters<typeof outcomeColor>[1]) => outcomeColor(outcome, colors),
  },
  { heading: 'ACTION', cell: ({ action }: Explanation) => action },
  { heading: 'RESOURCE', cell: ({ resource }: Explanation) => resource },
  { heading: 'WHY', cell: ({ reason }: Explanation) => reason, flexible: true },
];

/** The documents, or undefined when the one word is no file: then it is somebody. */
async function documentsAmong(
  words: readonly string[],
  read: (file: string) => Promise<Buffer>,
): Promise<string[] | undefined> {
  const [first, ...more] = words;
  if (more.length === 0 && first !== '-' && !(await isFile(first!))) return undefined;
  const documents: string[] = [];
  for (const file of words) documents.push((await read(file)).toString('utf8'));
  return documents;
}

function isFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
