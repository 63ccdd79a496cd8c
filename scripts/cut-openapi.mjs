// Cuts GitHub's OpenAPI description to the paths that the review calls: tests/publish/openapi.json.
//
//   node scripts/cut-openapi.mjs [OPENAPI.json]
//
// Without a file the description comes from npm (@octokit/openapi, MIT), installed into target/. What the description
// leaves out and the real server answers is mended here, each with its reason; nothing else is changed.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, 'target', 'node');
const packaged = join(home, 'node_modules', '@octokit', 'openapi', 'generated', 'api.github.com.json');

const repository = '/repos/{owner}/{repo}';
const paths = {
  [repository]: ['get'],
  [`${repository}/pulls`]: ['get'],
  [`${repository}/pulls/{pull_number}`]: ['get'],
  [`${repository}/pulls/{pull_number}/files`]: ['get'],
  [`${repository}/pulls/{pull_number}/commits`]: ['get'],
  [`${repository}/pulls/{pull_number}/reviews`]: ['get', 'post'],
  [`${repository}/pulls/{pull_number}/reviews/{review_id}`]: ['get', 'put'],
  [`${repository}/pulls/{pull_number}/reviews/{review_id}/comments`]: ['get'],
  [`${repository}/pulls/{pull_number}/comments`]: ['get', 'post'],
  [`${repository}/pulls/{pull_number}/comments/{comment_id}/replies`]: ['post'],
  [`${repository}/pulls/{pull_number}/requested_reviewers`]: ['get', 'post', 'delete'],
  [`${repository}/pulls/comments/{comment_id}`]: ['get', 'patch', 'delete'],
  [`${repository}/issues/{issue_number}/comments`]: ['get', 'post'],
  [`${repository}/issues/comments/{comment_id}`]: ['get', 'patch', 'delete'],
  [`${repository}/issues/{issue_number}/labels`]: ['get', 'post'],
  [`${repository}/issues/{issue_number}/labels/{name}`]: ['delete'],
  [`${repository}/issues/{issue_number}/events`]: ['get'],
  [`${repository}/issues/{issue_number}/timeline`]: ['get'],
  [`${repository}/labels`]: ['get'],
  [`${repository}/labels/{name}`]: ['get'],
  [`${repository}/contents/{path}`]: ['get'],
  [`${repository}/git/trees/{tree_sha}`]: ['get'],
  [`${repository}/git/blobs/{file_sha}`]: ['get'],
  [`${repository}/git/ref/{ref}`]: ['get'],
  [`${repository}/commits/{ref}`]: ['get'],
  [`${repository}/commits/{ref}/check-runs`]: ['get'],
  [`${repository}/commits/{ref}/statuses`]: ['get'],
  [`${repository}/compare/{basehead}`]: ['get'],
  [`${repository}/check-runs`]: ['post'],
  [`${repository}/check-runs/{check_run_id}`]: ['get', 'patch'],
  [`${repository}/check-runs/{check_run_id}/annotations`]: ['get'],
  [`${repository}/statuses/{sha}`]: ['post'],
  [`${repository}/collaborators/{username}/permission`]: ['get'],
  [`${repository}/rules/branches/{branch}`]: ['get'],
  [`${repository}/branches/{branch}`]: ['get'],
  '/orgs/{org}/teams/{team_slug}': ['get'],
  '/orgs/{org}/teams/{team_slug}/memberships/{username}': ['get'],
  '/user': ['get'],
  '/rate_limit': ['get'],
};

// A parameter that holds slashes is one path each for two, three … segments: OpenAPI has no other way to say it.
const deep = { path: 8, ref: 4, branch: 4 };

function load() {
  const given = process.argv[2];
  if (given) return readFileSync(given, 'utf8');
  if (!existsSync(packaged)) {
    mkdirSync(home, { recursive: true });
    const wanted = '@octokit/openapi@23.0.2';
    execFileSync('npm', ['install', '--prefix', home, '--no-audit', '--no-fund', '--silent', wanted], { stdio: 'inherit' });
  }
  return readFileSync(packaged, 'utf8');
}

const whole = JSON.parse(load());
const cut = { openapi: whole.openapi, info: whole.info, servers: whole.servers, paths: {}, components: {} };

// The words for people are most of the text and judge nothing.
function trimmed(value, key) {
  if (Array.isArray(value)) return value.map((item) => trimmed(item));
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).filter(([name, inner]) => {
    if (key === 'properties') return true;
    if (name.startsWith('x-')) return false;
    return !['examples', 'example', 'externalDocs', 'tags'].includes(name) && !(name === 'description' && typeof inner === 'string' && value.type);
  });
  return Object.fromEntries(fields.map(([name, inner]) => [name, trimmed(inner, name)]));
}

function take(reference) {
  const [, , kind, name] = reference.split('/');
  const group = (cut.components[kind] ??= {});
  if (group[name]) return;
  group[name] = trimmed(whole.components[kind][name]);
  follow(group[name]);
}

function follow(value) {
  if (value === null || typeof value !== 'object') return;
  if (typeof value.$ref === 'string') take(value.$ref);
  Object.values(value).forEach(follow);
}

for (const [path, methods] of Object.entries(paths)) {
  const item = whole.paths[path];
  if (!item) throw new Error(`the description has no ${path}`);
  const kept = {};
  for (const method of methods) {
    if (!item[method]) throw new Error(`the description has no ${method} ${path}`);
    kept[method] = trimmed(item[method]);
    delete kept[method].description;
    follow(kept[method]);
  }
  cut.paths[path] = kept;
  const last = /\{(path|ref|branch)\}$/.exec(path);
  for (let count = 2; last && count <= deep[last[1]]; count++) {
    const names = Array.from({ length: count }, (_, place) => `${last[1]}${place + 1}`);
    const long = path.replace(last[0], names.map((name) => `{${name}}`).join('/'));
    cut.paths[long] = Object.fromEntries(Object.entries(kept).map(([method, operation]) => {
      const named = (parameter) => (parameter.$ref ? whole.components.parameters[parameter.$ref.split('/').pop()] : parameter).name;
      const others = operation.parameters.filter((parameter) => named(parameter) !== last[1]);
      const each = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
      return [method, { ...operation, operationId: `${operation.operationId}-${count}`, parameters: [...others, ...each] }];
    }));
  }
}

// GraphQL has a description of its own; here it is only let through.
cut.paths['/graphql'] = {
  post: {
    operationId: 'graphql',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['query'],
            properties: { query: { type: 'string' }, variables: { type: 'object' }, operationName: { type: 'string' } },
          },
        },
      },
    },
    responses: { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'object' } } } } },
  },
};

function schema(name) {
  const found = cut.components.schemas[name];
  if (!found) throw new Error(`there is no schema ${name} to mend`);
  return found.properties;
}

// An outdated comment has no line: the server answers null, and the description knows numbers only.
for (const name of ['review-comment', 'pull-request-review-comment']) {
  for (const field of ['line', 'original_line', 'position']) schema(name)[field].nullable = true;
}
// A label without a description has null there, in this schema as in the others that allow it.
schema('pull-request-simple').labels.items.properties.description.nullable = true;
// The repository of a deleted fork is null.
for (const name of ['pull-request', 'pull-request-simple']) {
  schema(name).head.properties.repo = { $ref: '#/components/schemas/nullable-repository' };
}
take('#/components/schemas/nullable-repository');

// The answers of all paths alike: no description lists them for each.
const error = { description: 'refused', content: { 'application/json': { schema: { type: 'object', required: ['message'] } } } };
for (const item of Object.values(cut.paths)) {
  for (const operation of Object.values(item)) {
    for (const status of [401, 403, 404, 422]) operation.responses[status] ??= error;
  }
}

// One line for each path and schema: small, and a change of one shows as one.
function lines(value, depth) {
  if (depth < 0 || value === null || typeof value !== 'object' || Array.isArray(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${lines(inner, depth - 1)}`);
  return `{\n${fields.join(',\n')}\n}`;
}

const file = join(root, 'tests', 'publish', 'openapi.json');
writeFileSync(file, `${lines(cut, 2)}\n`);
console.log(`${file}: ${Object.keys(cut.paths).length} paths, ${Object.keys(cut.components.schemas).length} schemas`);
