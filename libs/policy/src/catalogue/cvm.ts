import { key, list, read, service, write } from './define.ts';

const own = (path: string) => `qcs::cvm:$region:$account:${path}`;
const INSTANCE = own('instance/$instanceId');
const KEY_PAIR = own('keypair/$keyId');
const IMAGE = own('image/$imageId');
const VOLUME = own('volume/$diskId');
const SECURITY_GROUP = own('sg/$sgId');
const EIP = own('eip/$eipId');
const VPC = 'qcs::vpc:$region:$account:vpc/$vpcId';
const SUBNET = 'qcs::vpc:$region:$account:subnet/$subnetId';
/** What a new instance is put together from. */
const PARTS = [INSTANCE, IMAGE, KEY_PAIR, SECURITY_GROUP, VOLUME, VPC, SUBNET];

/**
 * Cloud Virtual Machine: the best known actions, on the resources and keys of CAM sections 12.4 and 6.1. Where an action
 * has several kinds of resources, which of them a request must name is not known here, so they stand for each other.
 */
export const CVM = service({
  service: 'cvm',
  title: 'Cloud Virtual Machine',
  complete: false,
  conditionKeys: [
    key('cvm:instance_type', 'string', 'The type of the instance, such as S1.SMALL1.'),
    key('cvm:image_type', 'string', 'The kind of the image, such as IMAGE_PUBLIC.'),
    key('cvm:region', 'string', 'The region of the instance.'),
    key('cvm:disk_size', 'numeric', 'The size of the disk in GB.'),
    key('cvm:disk_type', 'string', 'The type of the disk, such as CLOUD_BASIC.'),
    key('vpc:region', 'string', 'The region of the VPC.'),
  ],
  actions: [
    write('RunInstances', 'Makes instances.', PARTS),
    write('StartInstances', 'Starts instances.', INSTANCE),
    write('StopInstances', 'Stops instances.', INSTANCE),
    write('RebootInstances', 'Restarts instances.', INSTANCE),
    write('TerminateInstances', 'Returns instances.', INSTANCE),
    write('ResetInstance', 'Installs the system of an instance anew.', [INSTANCE, IMAGE, KEY_PAIR]),
    write('ResetInstancesPassword', 'Changes the passwords of instances.', INSTANCE),
    write('ResetInstancesType', 'Changes the type of instances.', INSTANCE),
    write('ResizeInstanceDisks', 'Enlarges the disks of instances.', INSTANCE),
    write('ModifyInstancesAttribute', 'Changes names and security groups of instances.', [INSTANCE, SECURITY_GROUP]),
    write('ModifyInstancesProject', 'Moves instances to another project.', INSTANCE),
    list('DescribeInstances', 'Lists instances.', INSTANCE),
    list('DescribeInstancesStatus', 'Lists the states of instances.', INSTANCE),
    read('DescribeInstanceVncUrl', 'Opens the console of an instance.', INSTANCE),
    write('CreateImage', 'Makes an image of an instance.', [INSTANCE, IMAGE]),
    write('DeleteImages', 'Deletes images.', IMAGE),
    write('ModifyImageAttribute', 'Changes the name of an image.', IMAGE),
    write('ModifyImageSharePermission', 'Shares an image with other accounts.', IMAGE),
    list('DescribeImages', 'Lists images.', IMAGE),
    write('CreateKeyPair', 'Makes a key pair.', KEY_PAIR),
    write('ImportKeyPair', 'Brings a public key in.', KEY_PAIR),
    write('DeleteKeyPairs', 'Deletes key pairs.', KEY_PAIR),
    write('AssociateInstancesKeyPairs', 'Puts key pairs on instances.', [INSTANCE, KEY_PAIR]),
    write('DisassociateInstancesKeyPairs', 'Takes key pairs from instances.', [INSTANCE, KEY_PAIR]),
    list('DescribeKeyPairs', 'Lists key pairs.', KEY_PAIR),
    write('AssociateSecurityGroups', 'Puts instances into security groups.', [INSTANCE, SECURITY_GROUP]),
    write('DisassociateSecurityGroups', 'Takes instances out of security groups.', [INSTANCE, SECURITY_GROUP]),
    write('AttachDisks', 'Attaches disks to an instance.', [VOLUME, INSTANCE]),
    write('DetachDisks', 'Detaches disks from an instance.', [VOLUME, INSTANCE]),
    list('DescribeDisks', 'Lists disks.', VOLUME),
    list('DescribeAddresses', 'Lists elastic addresses.', EIP),
    write('AssociateAddress', 'Gives an elastic address to an instance.', [EIP, INSTANCE]),
    write('DisassociateAddress', 'Takes an elastic address from an instance.', [EIP, INSTANCE]),
    list('DescribeRegions', 'Lists regions.'),
    list('DescribeZones', 'Lists availability zones.'),
    list('DescribeInstanceTypeConfigs', 'Lists instance types.'),
    read('InquiryPriceRunInstances', 'Asks for the price of new instances.'),
  ],
});
