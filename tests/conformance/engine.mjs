// Tells which names of modules can be imported, as the JavaScript engine links them.
// In: { graphs: [{ path: text }], names }.  Out: for each graph, for each module, those of the names; null where the
// module does not link at all.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

if (vm.SourceTextModule) {
  const { graphs, names } = JSON.parse(readFileSync(0, 'utf8'));
  const answers = [];
  for (const files of graphs) {
    const answer = {};
    for (const module of Object.keys(files)) {
      answer[module] = (await links(files, module, '')) ? [] : null;
      for (const name of answer[module] ? names : []) {
        if (await links(files, module, `${name} as it`)) answer[module].push(name);
      }
    }
    answers.push(answer);
  }
  process.stdout.write(JSON.stringify(answers));
} else {
  const command = ['--no-warnings', '--experimental-vm-modules', fileURLToPath(import.meta.url)];
  process.exitCode = spawnSync(process.execPath, command, { stdio: 'inherit' }).status;
}

// Each name gets modules of its own: what the engine remembers of one name in a circle of stars is wrong for the next.
async function links(files, module, names) {
  const modules = new Map();
  const open = (path) => {
    if (!modules.has(path)) modules.set(path, new vm.SourceTextModule(files[path] ?? '', { identifier: path }));
    return modules.get(path);
  };
  const probe = new vm.SourceTextModule(`import { ${names} } from './${module}';`);
  return probe.link((specifier) => open(specifier.slice('./'.length))).then(
    () => true,
    () => false,
  );
}
