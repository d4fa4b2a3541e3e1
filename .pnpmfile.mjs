// The npm packages of Node's binaries write `os` and `cpu` as plain strings, which pnpm does not record: without this every
// platform's Node could be downloaded.
export const hooks = {
  readPackage(manifest) {
    if (/^node-(bin-)?(darwin|linux|win)-/.test(manifest.name ?? '')) {
      manifest.os = [manifest.os].flat();
      manifest.cpu = [manifest.cpu].flat();
    }
    return manifest;
  },
};
