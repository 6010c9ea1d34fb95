import { CatalogServiceSchema } from '@muster/contract';
import { printList } from '../../output/list.ts';
import { printTable } from '../../output/table.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

/** `muster iam services`: what policies can speak of. */
export const services = verb<object, [service: string | undefined]>({
  configure(command) {
    command.argument('[service]', 'its key, such as tat: lists its actions and condition keys');
  },
  examples: ['muster iam services', 'muster iam services tat', 'muster iam services cvm --json'],
  async run(app, _, service = '') {
    const session = await app.connect();
    const { services: found } = await session.analysis.listServices({ service });
    if (service === '') {
      printList(app, {
        schema: CatalogServiceSchema,
        items: found,
        names: { list: 'Services' },
        none: 'no services',
        columns: [
          { heading: 'SERVICE', cell: (one) => one.service },
          { heading: 'TITLE', cell: ({ title }) => title },
          { heading: 'ACTIONS', cell: ({ actions, complete }) => `${actions.length}${complete ? '' : ' and others'}` },
        ],
      });
      return undefined;
    }
    const [one] = found;
    const { out } = app.terminal;
    if (app.json) app.printJson(toTatJson(CatalogServiceSchema, one!));
    else {
      printTable(
        out,
        [
          { heading: 'ACTION', cell: ({ name, aliases }) => [name, ...aliases].join(', ') },
          { heading: 'DOES', cell: ({ accessLevel }) => accessLevel },
          { heading: 'ON', cell: ({ resources, operationLevel }) => (operationLevel ? '*' : kinds(resources)) },
          { heading: 'WHAT IT DOES', cell: ({ description }) => description, flexible: true },
        ],
        one!.actions,
      );
      if (one!.conditionKeys.length > 0) {
        out.line();
        printTable(
          out,
          [
            { heading: 'CONDITION KEY', cell: ({ key }) => key },
            { heading: 'TYPE', cell: ({ type, many }) => (many ? `${type}, many` : type) },
            { heading: 'WHAT IT IS', cell: ({ description }) => description, flexible: true },
          ],
          one!.conditionKeys,
        );
      }
    }
    return undefined;
  },
});

/** `tat:command cvm:instance` of six-segment templates. */
function kinds(templates: readonly string[]): string {
  const short = templates.map((template) => {
    const [, , service, , , ...path] = template.split(':');
    return `${service}:${path.join(':').split('/')[0]}`;
  });
  return [...new Set(short)].join(' ');
}
