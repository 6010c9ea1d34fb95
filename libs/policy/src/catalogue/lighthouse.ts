import { list, read, service, write } from './define.ts';

const own = (path: string) => `qcs::lighthouse:$region:$account:${path}`;
const INSTANCE = own('instance/$instanceId');
const BLUEPRINT = own('blueprint/$blueprintId');
const SNAPSHOT = own('snapshot/$snapshotId');
const KEY_PAIR = own('keypair/$keyId');

/** TencentCloud Lighthouse: the best known actions; the instance is the one resource that CAM section 12.1 gives. */
export const LIGHTHOUSE = service({
  service: 'lighthouse',
  title: 'Lighthouse',
  complete: false,
  conditionKeys: [],
  actions: [
    write('CreateInstances', 'Makes instances.', INSTANCE),
    write('StartInstances', 'Starts instances.', INSTANCE),
    write('StopInstances', 'Stops instances.', INSTANCE),
    write('RebootInstances', 'Restarts instances.', INSTANCE),
    write('TerminateInstances', 'Returns instances.', INSTANCE),
    write('IsolateInstances', 'Puts instances out of use.', INSTANCE),
    write('ResetInstance', 'Installs the system of an instance anew.', INSTANCE),
    write('ResetInstancesPassword', 'Changes the passwords of instances.', INSTANCE),
    write('ModifyInstancesAttribute', 'Changes the names of instances.', INSTANCE),
    list('DescribeInstances', 'Lists instances.', INSTANCE),
    read('DescribeInstanceVncUrl', 'Opens the console of an instance.', INSTANCE),
    list('DescribeInstancesTrafficPackages', 'Lists the traffic that instances have left.', INSTANCE),
    list('DescribeFirewallRules', 'Lists the firewall rules of an instance.', INSTANCE),
    write('CreateFirewallRules', 'Adds firewall rules to an instance.', INSTANCE),
    write('ModifyFirewallRules', 'Replaces the firewall rules of an instance.', INSTANCE),
    write('DeleteFirewallRules', 'Takes firewall rules from an instance.', INSTANCE),
    write('CreateInstanceSnapshot', 'Makes a snapshot of an instance.', INSTANCE),
    write('ApplyInstanceSnapshot', 'Puts an instance back to a snapshot.', [INSTANCE, SNAPSHOT]),
    write('DeleteSnapshots', 'Deletes snapshots.', SNAPSHOT),
    list('DescribeSnapshots', 'Lists snapshots.', SNAPSHOT),
    write('CreateBlueprint', 'Makes an image of an instance.', [INSTANCE, BLUEPRINT]),
    write('DeleteBlueprints', 'Deletes images.', BLUEPRINT),
    list('DescribeBlueprints', 'Lists images.', BLUEPRINT),
    write('CreateKeyPair', 'Makes a key pair.', KEY_PAIR),
    write('ImportKeyPair', 'Brings a public key in.', KEY_PAIR),
    write('DeleteKeyPairs', 'Deletes key pairs.', KEY_PAIR),
    write('AssociateInstancesKeyPairs', 'Puts key pairs on instances.', [INSTANCE, KEY_PAIR]),
    write('DisassociateInstancesKeyPairs', 'Takes key pairs from instances.', [INSTANCE, KEY_PAIR]),
    list('DescribeKeyPairs', 'Lists key pairs.', KEY_PAIR),
    list('DescribeBundles', 'Lists what instances can be bought.'),
    list('DescribeRegions', 'Lists regions.'),
    list('DescribeZones', 'Lists availability zones.'),
  ],
});
