import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

const synced =
  /[\\/](Dropbox|OneDrive[^\\/]*|Google Drive|GoogleDrive[^\\/]*|iCloud Drive|Mobile Documents|com~apple~CloudDocs|Nextcloud|pCloud Drive)([\\/]|$)/i;
const network = new Set([
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'smbfs',
  '9p',
  'drvfs',
  'fuse.sshfs',
  'fuse.rclone',
  'davfs',
  'fuse.davfs2',
  'ceph',
  'glusterfs',
  'fuse.glusterfs',
]);

/** Why a database should not live in this folder, or undefined: a synchronised folder copies files mid-write, a network one loses locks. */
export function unsafeFolder(home: string, mounts: string = readMounts()): string | undefined {
  const real = realFolder(home);
  const client = synced.exec(`${real}${path.sep}`)?.[1];
  if (client) return `it is kept in step by ${client}`;
  const type = fileSystemType(real, mounts);
  return type !== undefined && network.has(type) ? `it is on a network file system (${type})` : undefined;
}

/** The type of the mount with the longest path above this folder; `/proc/mounts` writes blanks as octal escapes. */
function fileSystemType(folder: string, mounts: string): string | undefined {
  const above = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, point = '', type = '']) => ({
      point: point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
      type,
    }))
    .filter(
      ({ point }) => point !== '' && (folder === point || folder.startsWith(point.endsWith('/') ? point : `${point}/`)),
    );
  return above.toSorted((a, b) => a.point.length - b.point.length).at(-1)?.type;
}

function readMounts(): string {
  try {
    return readFileSync('/proc/mounts', 'utf8');
  } catch {
    return ''; // Only Linux has it.
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder; // Not there yet.
  }
}
