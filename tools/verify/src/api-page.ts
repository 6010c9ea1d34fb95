import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  getOption,
  type Registry,
  ScalarType,
} from '@bufbuild/protobuf';
import { getComments } from '@bufbuild/protoplugin';
import { access, Scope } from '@muster/contract';

/** How a method is decided, in words. */
const DECIDED: Readonly<Record<Scope, string>> = {
  [Scope.UNSPECIFIED]: '',
  [Scope.OPERATION]: 'decided on `*`',
  [Scope.FIELDS]: 'decided on what the request names',
  [Scope.HANDLER]: 'decided on the resources as they are, with their tags',
  [Scope.SERVICE]: '',
  [Scope.SELF]: 'any authenticated principal, about itself',
  [Scope.PUBLIC]: 'carries its own proof',
};

/** The page of every method that users may call, and of every message and enum that those reach, in the words of proto/. */
export function apiPage(registry: Registry): string {
  const services = [...registry]
    .filter((type) => type.kind === 'service')
    .filter((service) => service.typeName.startsWith('muster.') && !isInternal(service))
    .sort((one, other) => one.typeName.localeCompare(other.typeName));
  const types = reached(services);
  return [
    HEAD,
    ...services.map((service) => `- [${service.typeName}](#${anchor(service.name)})`),
    '',
    ...services.flatMap(serviceSection),
    '# Messages',
    '',
    ...types.filter((type) => type.kind === 'message').flatMap(messageSection),
    '# Enums',
    '',
    ...types.filter((type) => type.kind === 'enum').flatMap(enumSection),
  ].join('\n');
}

const HEAD = `# API

Generated from the comments of \`proto/\` (\`npm run docs\`). Every method is served by gRPC, gRPC-Web and Connect on the gateway's one
port: \`POST /<service>/<Method>\`. In JSON, field names are lowerCamelCase, \`bytes\` are Base64, 64-bit numbers are text, times are RFC 3339.
Errors carry \`google.rpc.ErrorInfo\` whose \`reason\` is the error code. Methods for Muster's own services are left out.

## Services
`;

function serviceSection(service: DescService): string[] {
  return [
    `# ${service.name}`,
    '',
    `\`${service.typeName}\`: ${comment(service)}`,
    '',
    ...service.methods.flatMap(methodSection),
  ];
}

function methodSection(method: DescMethod): string[] {
  const { action = '', scope = Scope.UNSPECIFIED } = getOption(method, access) ?? {};
  const fields = method.input.fields;
  const stream = method.methodKind === 'server_streaming' ? ' a stream of' : '';
  return [
    `## ${method.name}`,
    '',
    comment(method),
    '',
    `Action \`${action}\`; ${DECIDED[scope]}. Answers${stream} [${method.output.name}](#${anchor(method.output.name)}).`,
    '',
    ...(fields.length === 0 ? ['The request has no fields.', ''] : fieldTable(fields)),
  ];
}

function messageSection(message: DescMessage): string[] {
  const body = message.fields.length === 0 ? ['It has no fields.', ''] : fieldTable(message.fields);
  return [`## ${shortName(message)}`, '', comment(message), '', ...body];
}

function enumSection(type: DescEnum): string[] {
  const rows = type.values.map((value) => `| \`${value.name}\` | ${value.number} | ${comment(value)} |`);
  return [`## ${shortName(type)}`, '', comment(type), '', '| value | number | meaning |', '|---|---|---|', ...rows, ''];
}

function fieldTable(fields: readonly DescField[]): string[] {
  const rows = fields.map((field) => `| \`${field.jsonName}\` | ${fieldType(field)} | ${comment(field)} |`);
  return ['| field | type | meaning |', '|---|---|---|', ...rows, ''];
}

function fieldType(field: DescField): string {
  switch (field.fieldKind) {
    case 'scalar':
      return `${ScalarType[field.scalar].toLowerCase()}${field.presence === 1 ? ', optional' : ''}`;
    case 'enum':
      return link(field.enum);
    case 'message':
      return link(field.message);
    case 'list':
      return `list of ${field.listKind === 'scalar' ? ScalarType[field.scalar].toLowerCase() : link(field.enum ?? field.message)}`;
    case 'map':
      return `map to ${field.mapKind === 'scalar' ? ScalarType[field.scalar].toLowerCase() : link(field.enum ?? field.message)}`;
  }
}

function link(type: DescMessage | DescEnum): string {
  return type.typeName.startsWith('muster.') ? `[${shortName(type)}](#${anchor(shortName(type))})` : shortName(type);
}

/** Messages and enums that requests name and answers hold, each once, by name; requests themselves are shown with their method. */
function reached(services: readonly DescService[]): (DescMessage | DescEnum)[] {
  const inputs = new Set(services.flatMap(({ methods }) => methods.map(({ input }) => input)));
  const found = new Set<DescMessage | DescEnum>();
  const visit = (type: DescMessage | DescEnum | undefined): void => {
    if (!type || found.has(type) || !type.typeName.startsWith('muster.')) return;
    found.add(type);
    if (type.kind === 'message') for (const field of type.fields) visit(field.message ?? field.enum);
  };
  for (const { methods } of services) {
    for (const { input, output } of methods) {
      visit(input);
      visit(output);
    }
  }
  return [...found]
    .filter((type) => type.kind === 'enum' || !inputs.has(type))
    .sort((one, other) => shortName(one).localeCompare(shortName(other)));
}

function isInternal({ methods }: DescService): boolean {
  return methods.every((method) => getOption(method, access).scope === Scope.SERVICE);
}

/** A nested message is `Outer.Inner`. */
function shortName(type: DescMessage | DescEnum): string {
  return type.parent ? `${shortName(type.parent)}.${type.name}` : type.name;
}

function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll('.', '');
}

/** One line, fit for a table. */
function comment(of: Parameters<typeof getComments>[0]): string {
  return (getComments(of).leading ?? '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}
