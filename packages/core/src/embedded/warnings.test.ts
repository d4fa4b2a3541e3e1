import { expect, test } from 'vitest';
import { unsafeFolder } from './warnings.ts';

const mounts = [
  '/dev/sda1 / ext4 rw 0 0',
  'server:/export /mnt/team\\040share nfs4 rw 0 0',
  '/dev/sdb1 /mnt/team\\040share/local ext4 rw 0 0',
  '//nas/home /home/nas cifs rw 0 0',
].join('\n');

test.each([
  '/home/ann/Dropbox/mcp',
  '/home/ann/OneDrive - Company/mcp',
  '/Users/ann/Library/Mobile Documents/com~apple~CloudDocs/mcp',
])('%s is known as a folder that is kept in step with others', (folder) => {
  expect(unsafeFolder(folder, mounts)).toContain('kept in step');
});

test.each(['/mnt/team share/mcp', '/home/nas'])('%s is known to be on a network', (folder) => {
  expect(unsafeFolder(folder, mounts)).toContain('network');
});

test.each(['/home/ann/.mcp-servers', '/mnt/team share/local/mcp', '/home/nasty', '/home/ann/Dropboxes'])(
  '%s is an ordinary folder',
  (folder) => {
    expect(unsafeFolder(folder, mounts)).toBe(undefined);
  },
);
