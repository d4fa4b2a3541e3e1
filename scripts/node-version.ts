// The very first module of every bundle: an older Node fails later, in words about syntax and missing exports.
const wanted = [22, 18] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  process.stderr.write(
    `Node.js ${wanted.join('.')} or newer is needed; this is ${process.versions.node}, ${process.execPath}.\n` +
      'Register the server with the Node.js that "pnpm connect" writes, or update yours.\n',
  );
  process.exit(1);
}
