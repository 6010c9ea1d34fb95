import type { ComparedProduct } from './products.ts';

/** The page of what Tencent Cloud's clients find: a template with tables in place of `{{names}}`. */
export function compatPage(template: string, products: readonly ComparedProduct[], sdkVersion: string): string {
  const parts: Readonly<Record<string, string>> = {
    'sdk-version': sdkVersion,
    members: memberTable(products),
    actions: products.map(actionSection).join('\n\n'),
    additions: products.map(additionSection).join('\n\n'),
  };
  return template.replaceAll(/\{\{([a-z-]+)\}\}/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`the template asks for \`${name}\`, which there is not`);
    return part;
  });
}

function memberTable(products: readonly ComparedProduct[]): string {
  const rows = products.flatMap(({ product, deliberate }) =>
    deliberate.members.map(({ at, what, why }) => [product, codes(at), what, why]),
  );
  return table(['product', 'member', 'here', 'why'], rows);
}

function actionSection({ product, version, comparison, deliberate }: ComparedProduct): string {
  const { offered, missing, added } = comparison;
  const whyNot = (name: string) => deliberate.notOffered.find(({ actions }) => actions.includes(name))?.why ?? '';
  const rows = [
    ...offered.map((name) => [link(name), 'offered', '']),
    ...added.map((name) => [link(name), "Muster's own", '']),
    ...missing.map((name) => [`\`${name}\``, 'not offered', whyNot(name)]),
  ];
  const sorted = rows.toSorted(([one], [other]) => (one! < other! ? -1 : 1));
  const counts = `${offered.length} of ${offered.length + missing.length}, and ${added.length} of Muster's own.`;
  return [`### ${product} ${version}`, counts, table(['action', 'here', 'why'], sorted)].join('\n\n');
}

function additionSection({ product, comparison }: ComparedProduct): string {
  const rows = [...comparison.additions].map(([type, names]) => [`\`${type}\``, codes([...names])]);
  const sorted = rows.toSorted(([one], [other]) => (one! < other! ? -1 : 1));
  return [`### To ${product}`, table(['type of the SDK', 'besides'], sorted)].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** The page of Muster's API says what an action takes and answers. */
function link(name: string): string {
  return `[\`${name}\`](api.md#${name.toLowerCase()})`;
}
