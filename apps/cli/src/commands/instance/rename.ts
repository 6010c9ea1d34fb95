import { matchTarget } from '../../choose-targets.ts';
import { verb } from '../../verb.ts';

/** `muster instance rename`: gives a machine another name; its id stays. */
export const instanceRename = verb<object, [instance: string, name: string]>({
  configure(command) {
    command.argument('<instance>', 'id or name').argument('<name>', 'the new name, 1 to 60 characters');
  },
  examples: ['muster instance rename web-1 web-one'],
  async run(app, _, idOrName, instanceName) {
    const session = await app.connect();
    const { id: instanceId } = await matchTarget(session, idOrName);
    await session.instances.modifyRegisterInstance({ instanceId, instanceName });
    if (app.json) app.printJson({ InstanceId: instanceId, InstanceName: instanceName });
    else app.terminal.out.line(`${instanceId} is called ${instanceName}`);
    return undefined;
  },
});
