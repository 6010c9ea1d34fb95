import { type Subject, SubjectKindSchema, WhoCanResponseSchema } from '@muster/contract';
import {
  actionOf,
  addCircumstances,
  type CircumstanceOptions,
  circumstances,
  resourcesOf,
} from '../../access-question.ts';
import { printTable } from '../../output/table.ts';
import { toTatJson } from '../../output/to-json.ts';
import { tatName } from '../../tat-name.ts';
import { verb } from '../../verb.ts';

/** `muster iam who-can`: users, collaborators and roles that may. */
export const whoCan = verb<CircumstanceOptions, [action: string, resource: string | undefined]>({
  configure(command) {
    addCircumstances(
      command
        .argument('<action>', 'such as tat:RunCommand; without a service it is one of tat')
        .argument('[resource]', 'an id, a path such as command/*, six segments; none for operation-level actions'),
    );
  },
  examples: [
    'muster iam who-can tat:CreateCommand',
    "muster iam who-can RunCommand 'instance/*' --with ip=10.0.0.1",
    'muster iam who-can DeleteCommand cmd-1a2b3c4d --tag team=ops --json',
  ],
  async run(app, options, action, name) {
    const session = await app.connect();
    const { resourceTags, requestContext } = circumstances(options);
    const [resource] = await resourcesOf(session, name === undefined ? [] : [name], resourceTags);
    const answer = await session.analysis.whoCan({ action: actionOf(action), resource: resource!, requestContext });
    if (app.json) {
      app.printJson(toTatJson(WhoCanResponseSchema, answer));
      return undefined;
    }
    const found = [
      ...answer.subjects.map((subject) => ({ subject, when: 'always' })),
      ...answer.conditional.map((subject) => ({ subject, when: 'depends' })),
    ];
    if (found.length === 0) app.note('nobody but root');
    else printTable(app.terminal.out, COLUMNS, found);
    if (answer.conditional.length > 0) {
      app.note('what it depends on: muster iam why WHO ACTION RESOURCE; say more with --with and --tag');
    }
    return undefined;
  },
});

const COLUMNS = [
  { heading: 'NAME', cell: ({ subject }: { subject: Subject }) => subject.name },
  {
    heading: 'KIND',
    cell: ({ subject }: { subject: Subject }) => tatName(SubjectKindSchema, subject.kind).toLowerCase(),
  },
  { heading: 'ID', cell: ({ subject }: { subject: Subject }) => subject.id },
  { heading: 'MAY', cell: ({ when }: { when: string }) => when },
];
