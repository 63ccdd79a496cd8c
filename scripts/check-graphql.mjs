// Validates every GraphQL document below src/ against GitHub's published schema.
//
//   node scripts/check-graphql.mjs [FOLDER]
//
// The schema and the validator come from npm, installed into target/. Fails where no document is found.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, 'target', 'node');

for (const [name, version] of [['@octokit/graphql-schema', '15'], ['graphql', '16']]) {
  if (existsSync(join(home, 'node_modules', name))) continue;
  mkdirSync(home, { recursive: true });
  const options = ['--prefix', home, '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', ['install', ...options, `${name}@${version}`], { stdio: 'inherit' });
}

const require = createRequire(join(home, 'package.json'));
const { buildSchema, parse, validate } = require('graphql');
const idl = readFileSync(join(home, 'node_modules', '@octokit', 'graphql-schema', 'schema.graphql'), 'utf8');
// The published schema names two fields twice, which its own validation refuses.
const schema = buildSchema(idl, { assumeValidSDL: true });

function documents(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return documents(path);
    return name.endsWith('.graphql') ? [path] : [];
  });
}

const found = documents(process.argv[2] ?? join(root, 'src')).sort();
let faults = 0;
for (const path of found) {
  const shown = relative(root, path);
  try {
    for (const error of validate(schema, parse(readFileSync(path, 'utf8')))) {
      const { line = 0, column = 0 } = error.locations?.[0] ?? {};
      console.error(`${shown}:${line}:${column}: ${error.message}`);
      faults += 1;
    }
  } catch (error) {
    console.error(`${shown}: ${error.message}`);
    faults += 1;
  }
}
if (found.length === 0) {
  console.error('no GraphQL document was found');
  process.exit(1);
}
console.log(`${found.length} GraphQL documents, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
