// The platforms that have a program: how npm, VS Code and Node name them.
export const PLATFORMS = {
  'linux-x64': { os: 'linux', cpu: 'x64', libc: 'glibc', target: 'linux-x64' },
  'linux-arm64': { os: 'linux', cpu: 'arm64', libc: 'glibc', target: 'linux-arm64' },
  'linux-x64-musl': { os: 'linux', cpu: 'x64', libc: 'musl', target: 'alpine-x64' },
  'linux-arm64-musl': { os: 'linux', cpu: 'arm64', libc: 'musl', target: 'alpine-arm64' },
  'darwin-x64': { os: 'darwin', cpu: 'x64', target: 'darwin-x64' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64', target: 'darwin-arm64' },
  'win32-x64': { os: 'win32', cpu: 'x64', target: 'win32-x64' },
  'win32-arm64': { os: 'win32', cpu: 'arm64', target: 'win32-arm64' },
};

/** The platform that this Node runs on. */
export function platformHere() {
  const { header } = process.report.getReport();
  const musl = process.platform === 'linux' && header.glibcVersionRuntime === undefined ? '-musl' : '';
  return `${process.platform}-${process.arch}${musl}`;
}
