import { type DescField, type DescMessage, type DescMethod, ScalarType } from '@bufbuild/protobuf';
import { SubjectKind } from '@muster/contract';
import type { Kind, Things } from './tenants.ts';

/** A field of a request, and one kind of thing that it may name. */
export interface Reference {
  readonly method: DescMethod;
  /** `info.groupId`, `filters(instance-id)` */
  readonly field: string;
  readonly kind: Kind;
  /** The request with the field set to what names the thing. */
  fill(request: object, things: Things): object;
}

/** Writes the name of a thing as a field wants it; with `beside`, values of fields next to it. */
interface Naming {
  readonly kind: Kind;
  readonly write: (things: Things) => string;
  readonly beside?: object;
  readonly label?: string;
}

const plain = (...kinds: Kind[]): Naming[] => kinds.map((kind) => ({ kind, write: (things) => things[kind] }));

/** Six-segment names, with and without the account that the thing is in. */
const resourceNames: Naming[] = (
  [
    ['user', 'cam', 'uin'],
    ['group', 'cam', 'groupid'],
    ['policy', 'cam', 'policyid'],
    ['role', 'cam', 'role'],
    ['roleName', 'cam', 'roleName'],
    ['command', 'tat', 'command'],
    ['instance', 'cvm', 'instance'],
  ] as const
).flatMap(([kind, service, type]) => [
  { kind, label: 'short', write: (things: Things) => `qcs::${service}:::${type}/${things[kind]}` },
  { kind, label: 'full', write: (things: Things) => `qcs::${service}::uin/${things.root}:${type}/${things[kind]}` },
]);

const people = plain('user', 'collaborator', 'receiver', 'root');

/** Fields that name something, by their name; where one name means two things, by message and name. */
const NAMING: Readonly<Record<string, readonly Naming[]>> = {
  ...same(['commandId', 'commandIds'], plain('command')),
  ...same(['instanceId', 'instanceIds'], plain('instance', 'registered')),
  ...same(['invokerId', 'invokerIds'], plain('invoker')),
  ...same(['registerCodeId', 'registerCodeIds'], plain('registerCode')),
  ...same(['invocationId', 'invocationIds'], plain('invocation')),
  ...same(['invocationTaskId', 'invocationTaskIds'], plain('task')),
  ...same(['sessionId', 'sessionIds'], plain('session')),
  ...same(['policyId'], plain('policy')),
  ...same(['groupId', 'attachGroupId', 'detachGroupId', 'targetGroupId'], plain('group')),
  ...same(['uin', 'targetUin', 'attachUin', 'detachUin', 'filterSubAccountUin'], people),
  accountUin: plain('root'),
  ...same(['accessKeyId', 'secretId', 'secretIdList'], plain('accessKey')),
  ...same(['roleId', 'attachRoleId', 'detachRoleId'], plain('role')),
  ...same(['roleName', 'attachRoleName', 'detachRoleName'], plain('roleName')),
  ...same(['userName', 'GetUserRequest.name', 'UpdateUserRequest.name', 'DeleteUserRequest.name'], plain('userName')),
  ...same(
    [
      ...['AttachRolePolicyRequest', 'DetachRolePolicyRequest', 'PutRolePermissionsBoundaryRequest'],
      'UpdatePolicyRequest',
    ].map((message) => `${message}.policyName`),
    plain('policyName'),
  ),
  // a name to give, not one to find
  'CreateRoleRequest.roleName': [],
  roleArn: (['role', 'roleName'] as const).map((kind) => ({
    kind,
    write: (things) => `qcs::cam::uin/${things.root}:${kind}/${things[kind]}`,
  })),
  ...same(['resource', 'resources', 'resourceList'], resourceNames),
  'Subject.id': [
    { kind: 'user', write: ({ user }) => user, beside: { kind: SubjectKind.USER } },
    { kind: 'group', write: ({ group }) => group, beside: { kind: SubjectKind.GROUP } },
    { kind: 'role', write: ({ role }) => role, beside: { kind: SubjectKind.ROLE } },
  ],
  'InstanceSelector.names': [{ kind: 'instance', write: ({ root }) => `*${root}*` }],
  'Filter.values': (
    [
      ['command-id', 'command'],
      ['invocation-id', 'invocation'],
      ['parent-invocation-id', 'invocation'],
      ['invocation-task-id', 'task'],
      ['invoker-id', 'invoker'],
      ['instance-id', 'instance'],
      ['register-code-id', 'registerCode'],
      ['session-id', 'session'],
      ['create-uin', 'root'],
    ] as const
  ).map(([name, kind]) => ({ kind, label: name, write: (things) => things[kind], beside: { name } })),
};

/** Texts that name nothing that somebody has. */
const FREE = new Set(
  `action actions name names remark keyword description content text password newPassword mfaCode code tokenCode nonce signature
   countryCode phoneNum email policyName policyDocument policyDocuments policy groupName service key value values keys tagKeys
   commandName workingDirectory username parameters defaultParameters outputCosBucketUrl outputCosKeyPrefix clientToken
   parameterName parameterValue parameterDescription type recurrence invokeTime timeZone ipAddressRange instanceNamePrefix
   instanceName registerCodeValue publicKey hostName localIp systemName agentVersion machineId resourceNames sceneIds
   roleSessionName externalId serialNumber credential peerAddress requestId purpose delegationId beforeSequence fromSequence timestamp
   timestampMs date sessionToken stringsToSign reason host query`.split(/\s+/),
);

function same(fields: readonly string[], namings: readonly Naming[]): Record<string, readonly Naming[]> {
  return Object.fromEntries(fields.map((field) => [field, namings]));
}

/** Every way in which a request of this method can name something; a text field that nobody has classified is thrown. */
export function referencesOf(method: DescMethod): Reference[] {
  return walk(method.input, []).flatMap(({ message, field, path }) =>
    namingsOf(message, field).map(({ kind, write, beside, label }) => ({
      method,
      kind,
      field: path.join('.') + (label ? `(${label})` : ''),
      fill: (request: object, things: Things) => {
        const value = field.fieldKind === 'list' ? [write(things)] : write(things);
        return put(request, method.input, path, { ...beside, [field.localName]: value });
      },
    })),
  );
}

function namingsOf(message: DescMessage, field: DescField): readonly Naming[] {
  const found = NAMING[`${message.name}.${field.localName}`] ?? NAMING[field.localName];
  if (!found && !FREE.has(field.localName)) {
    throw new Error(
      `${message.name}.${field.localName}: say in ${import.meta.filename} what it names, or that it names nothing`,
    );
  }
  return found ?? [];
}

interface Leaf {
  readonly message: DescMessage;
  readonly field: DescField;
  readonly path: readonly string[];
}

/** Texts and 64-bit numbers, also inside of messages. */
function walk(message: DescMessage, above: readonly string[]): Leaf[] {
  return message.fields.flatMap((field) => {
    const path = [...above, field.localName];
    if (field.message && !field.message.typeName.startsWith('google.')) return walk(field.message, path);
    const scalar = field.fieldKind === 'scalar' || field.fieldKind === 'list' ? field.scalar : undefined;
    return scalar === ScalarType.STRING || scalar === ScalarType.UINT64 ? [{ message, field, path }] : [];
  });
}

/** A copy of the request with these values in the message that the last step of the path is in. */
function put(request: object, message: DescMessage, [step, ...rest]: readonly string[], values: object): object {
  const field = message.field[step!]!;
  if (rest.length === 0) return { ...request, ...values };
  const within = (request as Record<string, object | undefined>)[step!];
  const several = field.fieldKind === 'list';
  const inner = put((several ? (within as object[] | undefined)?.[0] : within) ?? {}, field.message!, rest, values);
  return { ...request, [step!]: several ? [inner] : inner };
}
