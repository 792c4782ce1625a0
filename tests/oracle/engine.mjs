// Lists the names of modules as the JavaScript engine links them: the keys of their namespace objects.
// In: a list of graphs { path: text }.  Out: for each graph, for each module, its names, or null where it does not link.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const graphs = JSON.parse(fs.readFileSync(0, 'utf8'));
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'engine-'));
const answers = [];
try {
  for (const [index, files] of graphs.entries()) {
    const directory = path.join(root, String(index));
    fs.mkdirSync(directory);
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(directory, name), text);
    const answer = {};
    for (const name of Object.keys(files)) {
      const url = pathToFileURL(path.join(directory, name)).href;
      answer[name] = await import(url).then(Object.keys, () => null);
    }
    answers.push(answer);
  }
} finally {
  fs.rmSync(root, { recursive: true });
}
process.stdout.write(JSON.stringify(answers));
