import type { DeliberateDifferences } from './deliberate.ts';

export const TAT: DeliberateDifferences = {
  members: [
    {
      at: ['RunCommandRequest.InstanceIds', 'InvokeCommandRequest.InstanceIds', 'CreateInvokerRequest.InstanceIds'],
      what: 'is not required',
      why: '`Selector` may choose the machines instead; with neither of the two it is `MissingParameter`.',
    },
  ],
  notOffered: [],
};
