import { chmodSync, chownSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Cluster } from './cluster.ts';
import { failure, orOwnDatabase } from './failures.ts';

/** The user a program runs as. PostgreSQL refuses root; everybody else runs it as themselves. */
export interface Identity {
  uid: number;
  gid: number;
}

const firstServiceId = 54_318;

export const runsAsRoot = (): boolean => process.platform !== 'win32' && process.geteuid?.() === 0;

/** Whom the server of this cluster runs as: the owner of its files, or for a new one an id that no user has. Not root: undefined. */
export function serverIdentity({ data }: Pick<Cluster, 'data'>): Identity | undefined {
  if (!runsAsRoot()) return undefined;
  const owner = statSync(data, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const taken = new Set(users().map((user) => user.uid));
  let id = firstServiceId;
  while (taken.has(id)) id += 1;
  return { uid: id, gid: id };
}

/** `initdb` alone insists on a user that has a name. The group stays the server's, so that only the server enters the home. */
export function initdbIdentity(server: Identity): Identity {
  const known = users().filter(({ uid }) => uid > 0 && uid < 0x7fff_ffff);
  const named = ['nobody', 'postgres', 'daemon', 'bin'].map((name) => known.find((user) => user.name === name));
  const user = named.find((candidate) => candidate !== undefined) ?? known[0];
  if (!user) {
    throw failure('user', {
      message: 'PostgreSQL cannot be set up by root alone: /etc/passwd lists no other user.',
      hint: `Run as an ordinary user, ${orOwnDatabase}.`,
    });
  }
  return { uid: user.uid, gid: server.gid };
}

/** Lets the server's user pass through the home (root only), and says which folder above it stands in the way. */
export function openHome(home: string, identity: Identity): void {
  const { mode, gid } = statSync(home);
  if (!mayUse(home, identity)) {
    if ((mode & 0o070) === 0 || gid === identity.gid) {
      chownSync(home, -1, identity.gid);
      chmodSync(home, (mode & 0o7777) | 0o010);
    } else {
      chmodSync(home, (mode & 0o7777) | 0o001);
    }
  }
  const blocked = ancestors(realpathSync(home)).find((folder) => !mayUse(folder, identity));
  if (blocked) {
    throw failure('path', {
      message: `PostgreSQL does not run as root, and its own user cannot enter ${blocked}.`,
      hint: `Set MCP_SERVERS_HOME to a folder such as /var/lib/mcp-servers, run chmod o+x on ${blocked}, ${orOwnDatabase}.`,
    });
  }
}

/** True when this user may pass through the folder, or read the file, by its mode bits. */
export function mayUse(file: string, { uid, gid }: Identity): boolean {
  const status = statSync(file);
  const wanted = status.isDirectory() ? 0o1 : 0o4;
  const shift = status.uid === uid ? 6 : status.gid === gid ? 3 : 0;
  return ((status.mode >> shift) & wanted) === wanted;
}

/** Every folder above this one, nearest first. */
export function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [] : [parent, ...ancestors(parent)];
}

function users(): { name: string; uid: number }[] {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return lines
      .filter((line) => line.includes(':'))
      .map((line) => {
        const [name = '', , uid = ''] = line.split(':');
        return { name, uid: Number(uid) };
      });
  } catch {
    return []; // A bare image has no such file; the caller says what that means.
  }
}
