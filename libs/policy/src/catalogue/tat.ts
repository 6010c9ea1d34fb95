import { alsoNamed, list, read, service, write } from './define.ts';

const COMMAND = 'qcs::tat:$region:$account:command/$commandId';
/** What RunCommand asks about: its command has no id yet (CAM section 8). */
const ANY_COMMAND = 'qcs::tat:$region:$account:command/*';
const INVOKER = 'qcs::tat:$region:$account:invoker/$invokerId';
const REGISTER_CODE = 'qcs::tat:$region:$account:register-code/$registerCodeId';
const REGISTER_INSTANCE = 'qcs::tat:$region:$account:register-instance/$registerInstanceId';
const INSTANCES = [
  'qcs::cvm:$region:$account:instance/$instanceId',
  'qcs::lighthouse:$region:$account:instance/$instanceId',
  REGISTER_INSTANCE,
];

/** TencentCloud Automation Tools: all public actions (CAM sections 12.1 and 12.2), and Muster's own for tags and shells. */
export const TAT = service({
  service: 'tat',
  title: 'Automation Tools',
  complete: true,
  conditionKeys: [],
  actions: [
    write('CreateCommand', 'Saves a command.'),
    write('ModifyCommand', 'Changes a saved command.', COMMAND),
    write('DeleteCommand', 'Deletes a saved command.', COMMAND),
    write('DeleteCommands', 'Deletes saved commands.', COMMAND),
    write('CloneCommands', 'Copies saved commands.'),
    list('DescribeCommands', 'Lists saved commands and their versions.', COMMAND),
    read('PreviewReplacedCommandContent', 'Fills the parameters of a command in without running it.', COMMAND),

    write('InvokeCommand', 'Runs a saved command on instances.', COMMAND, INSTANCES),
    write('RunCommand', 'Runs a script on instances, and may save it as a command.', ANY_COMMAND, INSTANCES),
    write('CancelInvocation', 'Stops a command on all or some of its instances.', INSTANCES),
    list('DescribeInvocations', 'Lists executions of commands.', COMMAND),
    list('DescribeInvocationTasks', 'Lists executions by instance, with their output.', COMMAND, INSTANCES),

    write('CreateInvoker', 'Schedules a command on instances.', COMMAND, INSTANCES),
    write('ModifyInvoker', 'Changes a schedule.', INVOKER),
    write('DeleteInvoker', 'Deletes a schedule.', INVOKER),
    write('EnableInvoker', 'Resumes a schedule.', INVOKER),
    write('DisableInvoker', 'Pauses a schedule.', INVOKER),
    list('DescribeInvokers', 'Lists schedules.', INVOKER),
    list('DescribeInvokerRecords', 'Lists what schedules have run.', INVOKER),

    alsoNamed(
      list('DescribeAutomationAgentStatus', 'Lists instances and the state of their agents.', INSTANCES),
      'DescribeAutomationAgents',
    ),
    write('CreateRegisterCode', 'Issues a code with which machines register.'),
    write('DisableRegisterCodes', 'Makes register codes unusable.', REGISTER_CODE),
    write('DeleteRegisterCodes', 'Deletes register codes.', REGISTER_CODE),
    list('DescribeRegisterCodes', 'Lists register codes.', REGISTER_CODE),
    list('DescribeRegisterInstances', 'Lists registered machines.', INSTANCES),
    write('ModifyRegisterInstance', 'Renames a registered machine.', INSTANCES),
    write('DeleteRegisterInstance', 'Removes a registered machine.', INSTANCES),

    write('TagResources', 'Sets tags on what the service manages.', [COMMAND, INVOKER, REGISTER_CODE, ...INSTANCES]),
    write('UntagResources', 'Takes tags from what the service manages.', [
      COMMAND,
      INVOKER,
      REGISTER_CODE,
      ...INSTANCES,
    ]),

    write('StartSession', 'Opens a shell on an instance, or goes on with one.', INSTANCES),
    write('JoinSession', "Watches or takes over somebody else's shell.", INSTANCES),
    write('TerminateSession', 'Ends shells.', INSTANCES),
    list('DescribeSessions', 'Lists shells, open and over.', INSTANCES),
    list('DescribeRecordings', 'Lists recordings of shells.', INSTANCES),
    // counted as a write, so that whoever sees what others saw is on record, and no preset for readers allows it
    write('GetRecording', 'Reads the recording of a shell.', INSTANCES),

    write('ForwardPort', 'Opens a connection to a port that an instance reaches.', INSTANCES),
    list('DescribeSessionSettings', 'Shows how shells are recorded and limited.'),
    write('ModifySessionSettings', 'Changes how shells are recorded and limited.'),

    list('DescribeScenes', 'Lists the scenes that group public commands.'),
    list('DescribeQuotas', 'Lists quotas and their use.'),
    list('DescribeRegions', 'Lists the regions of the service.'),
  ],
});
