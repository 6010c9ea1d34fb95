import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of a public library, by their path in it. */
export type LibraryFiles = Readonly<Record<string, string | Uint8Array>>;

/** Makes a public library of these files inside `folder`, in the place of the one that is there. */
export function libraryIn(folder: string, files: LibraryFiles = {}): string {
  const path = join(folder, 'library');
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  writeFiles(path, files);
  return path;
}

/** Writes files below `folder`. */
export function writeFiles(folder: string, files: LibraryFiles): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** A public library of two scenes and three commands. */
export const DISK_AND_WEB: LibraryFiles = {
  'README.md': 'for readers',
  'disk/scene.yaml': 'id: sc-disk0001\nname: {en: Disk, zh: 磁盘}\n',
  'disk/disk-usage.yaml': `commandId: cmd-diskuse1
name: disk-usage
displayName: {en: Disk usage, zh: 磁盘用量}
description: {en: Shows what is full, zh: 显示磁盘用量}
timeout: 30
enableParameter: true
parameters:
  - name: depth
    default: "2"
    description: {en: How deep to look, zh: 深度}
  - name: path
    description: {en: Where to look, zh: 路径}
tags: {kind: report}
`,
  'disk/disk-usage.sh': 'du -d {{depth}} {{path}}\r\n',
  'disk/inodes.yaml': `commandId: cmd-inodes01
name: inodes
type: PYTHON
displayName: {en: Inodes, zh: 索引节点}
description: {en: Counts inodes, zh: 统计索引节点}
`,
  'disk/inodes.py': 'print(1)',
  'web/scene.yaml': 'id: sc-web00001\nname: {en: Web, zh: 网站}\n',
  'web/restart.yaml': `commandId: cmd-restart1
name: restart
displayName: {en: Restart, zh: 重启}
description: {en: Restarts it, zh: 重启服务}
type: POWERSHELL
`,
  'web/restart.ps1': 'Restart-Service web\n',
};
